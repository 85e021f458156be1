// Package notice answers how we name those whose work a product holds: it writes the notice (attribution document) that most
// licences ask for, as plain text, Markdown or HTML, with the full text of every licence once and with what is missing to make it complete.
//
// It never decides which licence holds or which branch of a choice is taken, never fills in a copyright line that nobody
// stated, and never trusts a text: names, copyright lines and licence texts come from strangers and stand in the output as words, not as markup.
//
// Start with Document and HTML.
package notice
