// Package policy answers which rules are broken: it holds what somebody's licence policy says against a stated licence in a
// situation, and gives the verdict with the rule, the reason and the cure.
//
// It never reads a register and never writes one: everything it judges by is an argument, and the same arguments give the same
// judgement at any time. It never turns a missing fact into a permission: a rule that needs one is undetermined and says which.
//
// A Policy is data, a YAML document that Parse reads and Policy.YAML writes. Compile joins the policies of an agency and of those above it into a
// Program, and Program.Judge judges a Statement with it. Default is the policy that ships.
//
// The names without a prefix (Policy, Rule, Parse, Compile, Program) are those of licence policies, in the files license_*.go. What judges an
// acquisition by a law's preference model is a Regime, in the files regime_*.go: ParseRegime reads one, CompileRegime makes a Court of it, and Court.Judge puts its
// rules before a Case. Presets are those that the program brings. Calendar counts working days.
package policy
