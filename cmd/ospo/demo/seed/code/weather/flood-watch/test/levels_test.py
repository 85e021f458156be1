def test_a_level_above_the_mark_warns():
    assert warns(level=3.2, mark=3.0)
