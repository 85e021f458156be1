package models

// AssetSDG says that a piece of software serves one of the seventeen Sustainable Development Goals of the United Nations.
type AssetSDG struct {
	AssetID   int64  `gorm:"primaryKey;autoIncrement:false"`
	Goal      int16  `gorm:"primaryKey;autoIncrement:false"` // 1–17
	Relevance string // in which way it serves the goal
}

// goals are the names of the goals as the United Nations gives them (A/RES/70/1), shortened as in its own communication.
var goals = [...]string{"No Poverty", "Zero Hunger", "Good Health and Well-Being", "Quality Education", "Gender Equality", "Clean Water and Sanitation", "Affordable and Clean Energy",
	"Decent Work and Economic Growth", "Industry, Innovation and Infrastructure", "Reduced Inequalities", "Sustainable Cities and Communities", "Responsible Consumption and Production",
	"Climate Action", "Life Below Water", "Life on Land", "Peace, Justice and Strong Institutions", "Partnerships for the Goals"}

// LastGoal is the number of the last goal; the first is 1.
const LastGoal = int16(len(goals))

// GoalName is the name of a goal; "" for a number that is none.
func GoalName(goal int16) string {
	if goal < 1 || goal > LastGoal {
		return ""
	}
	return goals[goal-1]
}

// ValidateSDGs reports every mistake in the goals of one piece of software.
func ValidateSDGs(list []AssetSDG) error {
	var m Mistakes
	seen := map[int16]bool{}
	for i, g := range list {
		switch {
		case GoalName(g.Goal) == "":
			m.Add(at("sdgs", i)+".goal", "unknown-value", "Use the number of a goal, 1 to 17.")
		case seen[g.Goal]:
			m.Add(at("sdgs", i)+".goal", "twice", "This goal is named twice.")
		}
		seen[g.Goal] = true
		requireText(&m, at("sdgs", i)+".relevance", g.Relevance, 2000)
	}
	return m.Err()
}
