// Package sample answers what a test has to look at: a small government with agencies, software, releases, deployments,
// people and an SBOM document, registered through the same journeys as real data.
//
// Everything in it is invented. It is imported by tests only. Start with Government, or with Asset and its like where
// one thing is enough: each makes what it needs around itself and lets the test change it before it is registered.
package sample
