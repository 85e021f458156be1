test("a pattern has a heading", () => {});
