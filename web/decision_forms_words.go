package web

import (
	"strings"
	"unicode"

	"github.com/ospo-register/ospo/models"
)

// partNote is what a form says of a field besides its hint, which is in the struct's tag.
type partNote struct {
	label string
	long  bool // asks for several lines
}

// noteOf finds the words for a field; for a row, with no name, the noun of the row.
func noteOf(owner, name string) partNote {
	key := owner
	if name != "" {
		key += "." + name
	}
	if label, ok := partLabels[key]; ok {
		text, long := strings.CutSuffix(label, " ¶")
		return partNote{text, long}
	}
	return partNote{label: namedInWords(name)}
}

// namedInWords writes a name of the API as words: secretsCheck is "Secrets check".
func namedInWords(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteRune(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return capital(b.String())
}

// partLabels are the questions of the forms; a ¶ at the end asks for several lines. The noun of a row stands under the name of its type.
var partLabels = map[string]string{
	"Need.problem": "What is to be solved? ¶", "Need.users": "Who will use it? ¶", "Need.objectives": "What will be better? ¶", "Need.context": "What is around it? ¶", "Need.budgetMax": "Budget ceiling", "Need.budgetLine": "Budget line",
	"Need.daysMax": "Time ceiling in days", "Need.norms": "Norms", "Need.dataClass": "Class of data", "Need.personalData": "Personal data", "Need.criticality": "Criticality", "Need.impactRef": "Data-protection impact assessment",
	"Need.integrations": "Has to work with", "Need.volumes": "Volumes ¶", "Need.customCode": "Code will be written to order, whatever is chosen", "Need.requirements": "Requirements",
	"Requirement": "requirement", "Requirement.id": "Short name", "Requirement.text": "What is required? ¶", "Requirement.type": "Kind", "Requirement.level": "How much hangs on it?", "Requirement.rationale": "Why is it needed? ¶",
	"Requirement.verification": "How is it checked?", "Requirement.namesProduct": "Product that it names", "Requirement.productIsOss": "That product is open source", "Requirement.orEquivalent": "It says “or equivalent”",
	"Requirement.sourceNorm": "Norm that it comes from", "Requirement.changeApproved": "Who approved a change after the scan was opened?",
	"People.evaluators": "Evaluators", "People.advisers": "Advisers", "CasePerson": "person", "CasePerson.userId": "Who?", "CasePerson.field": "Field", "CasePerson.interests": "Declared interests", "CasePerson.excluded": "Does not take part, because of an interest",
	"Scan.searches": "Searches", "Scan.suppliers": "Suppliers that were asked", "Scan.responses": "What came back", "Scan.publicCall": "Public call", "Scan.nilReturn": "Signed nil return", "Scan.reusedFrom": "Earlier decision whose scan is used again",
	"Scan.reusedOn": "Day on which that scan was closed", "Scan.suggestions": "Suggested by the public", "Search": "search", "Search.source": "Where?", "Search.query": "What was searched for?", "Search.filters": "Filters", "Search.at": "When?", "Search.by": "Who?",
	"Search.hits": "Hits", "Search.found": "What of it matters?", "Search.exhibit": "Evidence", "PublicCall.publishedOn": "Published on", "PublicCall.endsOn": "Last day for offers", "PublicCall.url": "Address", "PublicCall.offers": "Offers that came",
	"NilReturn.text": "What was looked for, and why will nothing do? ¶", "NilReturn.signedBy": "Signed by", "NilReturn.signedAt": "Signed at",
	"Candidate.name": "Product", "Candidate.edition": "Edition", "Candidate.versions": "Versions looked at", "Candidate.assetId": "Its entry in the register", "Candidate.origin": "Where does it come from?", "Candidate.delivery": "How does it come?",
	"Candidate.ossDeclared": "Said to be open source", "Candidate.status": "How far did it get?", "Candidate.vendor": "Vendor", "Candidate.maintainer": "Maintainer", "Candidate.supporters": "Suppliers able to support it",
	"Candidate.usersInGovernment": "Public bodies that use it", "Candidate.covers": "What it meets", "Candidate.daysToUse": "Days until it can be in use", "Candidate.closedParts": "Closed components it needs",
	"Candidate.independenceEvidence": "Evidence that it runs without them", "Candidate.buysSupport": "Support or a subscription is bought with it", "Candidate.blockingConstraints": "What else stands in its way", "Candidate.elimination": "Why it was dropped",
	"Candidate.suggestedBy": "Suggested by", "Candidate.bid": "Bid", "Candidate.sbom": "SBOM document", "Candidate.references": "References", "Coverage": "requirement", "Coverage.requirement": "Requirement", "Coverage.met": "Met?",
	"Coverage.evidence": "Evidence", "Coverage.remedy": "What closes the gap?", "Coverage.cost": "Cost of that", "Coverage.days": "Days for that", "Elimination.code": "Kind of reason", "Elimination.text": "Reason ¶", "Elimination.evidence": "Evidence",
	"Bid": "bid", "Bid.bidder": "Bidder", "Bid.price": "Price", "Bid.closedSource": "Offers closed source", "Bid.ossExclusionReason": "Bidder’s reason for not offering open source ¶",
	"LicenseFact.expression": "Licence expression", "LicenseFact.declared": "What the supplier says", "LicenseFact.concluded": "What a reviewer says", "LicenseFact.listVersion": "SPDX licence list", "LicenseFact.electedBranch": "Branch taken",
	"LicenseFact.sourcePublic": "Can anybody read the source?", "LicenseFact.conflicts": "Conflicts", "LicenseFact.unknownPackages": "Packages without a licence", "LicenseFact.packages": "Packages in all", "LicenseFact.legalOpinion": "Legal opinion",
	"LicenseFact.sbom": "SBOM document", "LicenseFact.sbomId": "Number of that document", "LicenseFact.method": "How was it found?", "LicenseFact.reviewer": "Who looked?", "LicenseFact.takenAt": "When?",
	"HealthSnapshot.windowDays": "Window in days", "HealthSnapshot.contributorAbsenceFactor": "Contributor absence factor", "HealthSnapshot.elephantFactor": "Elephant factor", "HealthSnapshot.contributors": "Contributors",
	"HealthSnapshot.lastCommitOn": "Last commit", "HealthSnapshot.lastReleaseOn": "Last release", "HealthSnapshot.changeRequestClosureRatio": "Closure ratio of change requests", "HealthSnapshot.archived": "Is the repository archived?",
	"HealthSnapshot.securityPolicy": "Is there a way to report vulnerabilities?", "HealthSnapshot.supportEndsOn": "Security support ends", "HealthSnapshot.governance": "Who governs it?", "HealthSnapshot.sponsors": "Sponsors",
	"HealthSnapshot.fundingEndsOn": "Paid for until", "HealthSnapshot.notMeasurable": "Not measurable", "HealthSnapshot.tool": "Measured with", "HealthSnapshot.takenAt": "When?",
	"Knockouts.results": "Conditions of the law", "Knockouts.dataExportFreeOpen": "Can all data be taken away, free, in an open format?", "Knockout": "condition", "Knockout.check": "Condition", "Knockout.result": "Result", "Knockout.text": "Why?", "Knockout.evidence": "Evidence",
	"Cost.horizonMonths": "Months that the cost covers", "Cost.currency": "Currency", "Cost.pricedOn": "Day of the prices", "Cost.lines": "Cost lines", "Cost.incumbentExit": "Leaving today’s software", "Cost.lowFactor": "Low end of the band",
	"Cost.highFactor": "High end of the band", "CostLine": "line", "CostLine.line": "Line", "CostLine.years": "Amounts", "CostLine.basis": "Basis", "CostLine.evidence": "Document",
	"LockIn.exportFormat": "Export format", "LockIn.exportComplete": "Does all of it come out?", "LockIn.exportPrice": "Price of the export", "LockIn.openApi": "Are interfaces open and documented?", "LockIn.standards": "Standards",
	"LockIn.independentSuppliers": "Independent suppliers", "LockIn.noticeDays": "Days of notice", "LockIn.priceClause": "How may prices change?", "LockIn.portable": "Can it be moved to another host?", "LockIn.jurisdiction": "Jurisdiction",
	"LockIn.exitPlan": "Plan to leave ¶", "LockIn.exitTestedOn": "Leaving was tried on", "LockIn.sovereignty": "Sovereignty",
	"Criteria.criteria": "Criteria", "Criteria.method": "How scores become one figure", "Criterion": "criterion", "Criterion.id": "Short name", "Criterion.name": "What is scored?", "Criterion.weight": "Weight", "Criterion.anchor": "What do 0 and 100 mean?",
	"ScoreSheet.scores": "Scores", "Score": "score", "Score.candidate": "Candidate", "Score.on": "On", "Score.value": "Score", "Score.evidence": "Evidence", "Score.comment": "Comment",
	"Mitigations.items":     "Weaknesses, and what is done about each",
	"Proposal.chosen":       "Which candidate?",
	"Proposal.alternatives": "Held against", "Proposal.text": "Why this one? ¶", "Proposal.publicSummary": "For the public ¶",
	"Justification.text": "Reasons ¶", "Justification.grounds": "Grounds", "Justification.signedBy": "Signed by", "Justification.signedAt": "Signed at",
	"Impossibility.rung": "Rung on which nothing fits", "Impossibility.text": "Why does none of its candidates do? ¶", "Impossibility.evidence": "Evidence", "Impossibility.signedBy": "Signed by", "Impossibility.signedAt": "Signed at",
	"ExemptionRequest.grounds": "Grounds", "ExemptionRequest.facts": "What is the case? ¶", "ExemptionRequest.evidence": "Evidence", "ExemptionRequest.scope": "Scope ¶", "ExemptionRequest.exitPlan": "Plan to leave ¶",
	"ExemptionRequest.capacityPlan": "Plan to build the skills ¶", "ExemptionRequest.expiresOn": "Until when?", "ExemptionRequest.renewalCount": "Granted before, times",
	"ExemptionAnswer.verdict": "Verdict", "ExemptionAnswer.text": "Why? ¶", "ExemptionAnswer.grounds": "Granted on", "ExemptionAnswer.conditions": "Conditions", "ExemptionAnswer.expiresOn": "Last day",
	"Opinion.body": "Who gives it?", "Opinion.verdict": "Verdict", "Opinion.text": "Opinion ¶", "Procedure.minute": "Minute ¶", "Procedure.members": "Who sat on the panel?", "Procedure.regular": "The procedure was followed",
	"Approval.verdict": "Verdict", "Approval.text": "Why? ¶", "Approval.conditions": "Conditions", "Approval.band": "Value band", "Approval.delegatedFrom": "Acting for", "Approval.signatureRef": "Signature",
	"Notices.notices": "Notices", "Notice": "notice", "Notice.type": "What is announced?", "Notice.recipients": "Who was told?", "Notice.publishedOn": "Went out on", "Notice.url": "Address", "Notice.language": "Language",
	"Buying.ocid": "Open contracting identifier", "Buying.method": "Procedure", "Buying.methodRationale": "Why that procedure? ¶", "Buying.bids": "Bids", "Buying.supplier": "Supplier", "Buying.value": "Value of the award", "Buying.title": "What is bought?", "Buying.cpv": "Classification",
	"Challenges.challenges": "Challenges", "Challenges.overridingInterestOrder": "Order to sign all the same", "Challenge": "challenge", "Challenge.kind": "Kind", "Challenge.filedBy": "Filed by", "Challenge.filedOn": "Filed on",
	"Challenge.grounds": "Grounds ¶", "Challenge.state": "Where does it stand?", "Challenge.outcome": "Ruling ¶", "Challenge.effect": "Effect on the case", "Challenge.rulingUrl": "Where is the ruling?",
	"ContractTerms.number": "Number", "ContractTerms.supplier": "Supplier", "ContractTerms.template": "Model contract", "ContractTerms.signedAt": "Signed at", "ContractTerms.startsOn": "First day", "ContractTerms.endsOn": "Last day",
	"ContractTerms.value": "Value", "ContractTerms.rightsFull": "Does the agency get every right in code made to order?", "ContractTerms.rightsException": "Exception to that ¶", "ContractTerms.sourceDelivery": "Is source code delivered?",
	"ContractTerms.licenseForRelease": "Licence for release", "ContractTerms.sbomClause": "Does an SBOM come with each release?", "ContractTerms.upstreamClause": "Are changes given back to the project?",
	"ContractTerms.thirdLevelSupport": "Is there third-level support?", "ContractTerms.buysSupport": "Is support bought?", "ContractTerms.vulnerabilityDuties": "Duties on vulnerabilities ¶",
	"ContractTerms.exitAssistance": "Does the supplier help to leave?", "ContractTerms.priceCap": "Price cap", "ContractTerms.noticeDays": "Days of notice", "ContractTerms.auditClause": "May the supplier audit the use?",
	"ContractTerms.escrow": "Is source held in escrow?", "ContractTerms.openFormats": "Are data kept in open formats?", "ContractTerms.clauses": "Clauses in it",
	"Registration.assetIds": "Software entries", "Registration.deploymentIds": "Deployments", "Registration.entitlements": "Rights to use", "Registration.sbom": "SBOM document", "Registration.swhid": "Archive identifier",
	"PublicTerms.tier": "Who may read the published record?", "PublicTerms.withheld": "Held back", "PublicTerms.withheldGround": "Ground for holding back the whole", "Withheld": "part held back", "Withheld.part": "Part", "Withheld.ground": "Ground", "Withheld.text": "In a sentence",
	"Review.trigger": "Why was it looked at?", "Review.findings": "Findings ¶", "Review.verdict": "What follows?", "Review.nextOn": "Next review",
	"CodeRelease.subsets": "Parts of the code", "CodeRelease.steward": "Steward", "CodeRelease.maintenanceStatus": "Maintenance", "CodeRelease.swhid": "Archive identifier", "ReleaseSubset": "part of the code", "ReleaseSubset.name": "What part?",
	"ReleaseSubset.verdict": "Who may have it?", "ReleaseSubset.ground": "Ground to keep it closed", "ReleaseSubset.text": "In a sentence or two ¶", "ReleaseSubset.rightsCheck": "Rights", "ReleaseSubset.secretsCheck": "Secrets",
	"ReleaseSubset.securityCheck": "Security", "ReleaseSubset.privacyCheck": "Privacy", "ReleaseSubset.dependenciesCheck": "Dependencies", "ReleaseSubset.license": "Licence", "ReleaseSubset.repositoryUrl": "Repository",
	"ReleaseSubset.metadataPublished": "Its entry is in the public catalogue", "ReleaseSubset.exemptCode": "Code of the exemption",
	"Remedies.trigger": "What happened? ¶", "Remedies.options": "What could be done", "Remedies.verdict": "What is done?", "Remedies.upstreamContact": "Contact in the project", "Remedies.fundAmount": "Paid to the maintainer", "Remedies.dueOn": "Until when?",
	"Remedy": "option", "Remedy.kind": "Kind", "Remedy.reason": "Why, or why not? ¶", "Remedy.cost": "Cost", "Remedy.days": "Days", "Remedy.risk": "Risk",
}

// partHints are hints for people where the tag speaks of numbers and digests.
var partHints = map[string]string{
	"Candidate.assetId":          "Its name as its page shows it, or the number in the address of its page. Left out when it is not in the register.",
	"Registration.assetIds":      "Names as their pages show them, or the numbers in the addresses of their pages.",
	"Registration.deploymentIds": "The numbers in the addresses of their pages.",
	"Criterion.id":               "", "Criterion.anchor": "", "Criteria.method": "", "Candidate.name": "", "Candidate.origin": "", "Candidate.delivery": "", "Candidate.status": "", "Candidate.edition": "Community and enterprise editions are two candidates.",
	"Candidate.elimination": "", "Requirement.type": "", "Requirement.level": "", "Requirement.verification": "", "Need.dataClass": "The highest that it will hold.", "Need.personalData": "", "LicenseFact.method": "", "LicenseFact.takenAt": "",
	"LicenseFact.declared": "", "LicenseFact.concluded": "", "LicenseFact.sourcePublic": "", "HealthSnapshot.takenAt": "", "HealthSnapshot.archived": "", "HealthSnapshot.securityPolicy": "", "Coverage.met": "", "Search.at": "", "Search.hits": "How many things were found.",
	"LockIn.exportComplete": "", "LockIn.openApi": "", "LockIn.portable": "", "Challenge.kind": "", "Challenge.state": "", "Challenge.outcome": "", "Challenge.rulingUrl": "", "Notice.url": "", "Notice.language": "", "CasePerson.userId": "",
	"ContractTerms.rightsFull": "", "ContractTerms.sourceDelivery": "", "ContractTerms.sbomClause": "", "ContractTerms.upstreamClause": "", "ContractTerms.exitAssistance": "", "ContractTerms.auditClause": "", "ContractTerms.escrow": "",
	"ContractTerms.openFormats": "", "ContractTerms.buysSupport": "", "Procedure.members": "", "Opinion.body": "", "Opinion.text": "", "Review.verdict": "", "Remedy.kind": "", "Bid.bidder": "", "Bid.price": "", "Elimination.code": "",
	"ReleaseSubset.rightsCheck": "The agency holds the rights.", "PublicCall.url": "", "PublicCall.publishedOn": "", "NilReturn.signedAt": "", "NilReturn.signedBy": "Who signs for it.", "Knockout.result": "", "Knockout.text": "",
	"Search.exhibit":        "The file of this case that shows the result.",
	"ContractTerms.clauses": "From the library of the law; each is explained on the page of the clauses.",
}

// enumWords say the values of choices to people. A value that means something else in one field stands under "field=value".
var enumWords = map[string]string{
	"yes": "Yes", "partly": "Partly", "no": "No", "unknown": "Not known", "pass": "Passed", "fail": "Failed", "none": "None",
	"functional": "What it does", "non-functional": "How well it does it", "legal": "Law", "security": "Security", "interoperability": "Working with others", "accessibility": "Accessibility", "data": "Data",
	"essential": "Essential: of no use without", "mandatory": "Mandatory: must be met in the end", "desirable": "Desirable: good to have",
	"gov-reuse": "Built by or for government", "oss": "Open source of others", "commercial": "Sold under a licence that is not open", "custom": "To be made to order", "shared-service": "Run by another public body",
	"on-prem": "On own premises", "saas": "As a service", "paas": "As a platform", "embedded": "Inside something else", "device": "On a device",
	"long": "Long list", "short": "Short list", "eliminated": "Dropped", "final": "Final round",
	"knock-out": "Fails a condition of the law", "essential-gap": "Lacks something essential", "wrong-function": "Serves another purpose", "licence-refused": "Licence refused", "cost": "Costs too much", "time": "Takes too long", "capacity": "No capacity", "immature": "Not mature", "withdrawn": "Withdrawn", "other": "Other",
	"register": "Register’s own SBOM documents", "scanner": "Scanner", "manual": "By hand", "vendor-statement": "Statement of the vendor",
	"quote": "Quote", "price-list": "Price list", "estimate": "Estimate", "none-needed": "Nothing needed", "weighted-sum": "Weighted sum",
	"granted": "Granted", "granted-limited": "Granted with limits", "refused": "Refused", "revoked": "Taken back", "favourable": "Favourable", "unfavourable": "Unfavourable", "conditional": "Favourable on conditions",
	"approve": "Approve", "return": "Send back", "reject": "Reject", "intent": "Intent to contract", "award": "Award", "exemption": "Exemption", "release": "Release of code", "renewal": "Renewal",
	"open": "Open", "selective": "Selective", "limited": "Limited", "direct": "Direct", "supplier-review": "Review asked for by a supplier", "reconsideration": "Reconsideration", "access-appeal": "Appeal for access to information", "audit-finding": "Audit finding",
	"filed": "Filed", "suspended": "Filed, and the award suspended", "upheld": "Upheld", "dismissed": "Dismissed", "remitted": "Sent back", "settled": "Settled", "redo-step": "A step is done again", "annul": "The decision is annulled", "effect=none": "None",
	"public": "Everybody", "government": "Government only", "agency": "This agency only", "reaffirmed": "Keep it", "modified": "Keep it, changed", "replace": "Replace it", "retire": "Retire it",
	"government-only": "Government only", "closed": "Nobody outside", "verdict=open": "Everybody", "accept-risk": "Accept the risk", "mitigate": "Mitigate", "upstream-fix": "Fix it in the project", "fund-maintainer": "Pay the maintainer", "fork": "Fork", "rewrite": "Rewrite",
	"internal": "Internal", "confidential": "Confidential", "secret": "Secret", "personal": "Personal data", "special-category": "Special categories of personal data",
}

// enumWord says a value of a field.
func enumWord(name, value string) string {
	if text, ok := enumWords[name+"="+value]; ok {
		return text
	}
	if text, ok := enumWords[value]; ok {
		return text
	}
	return capital(strings.ReplaceAll(value, "-", " "))
}

// partTitle is a kind of part as headings say it.
func partTitle(name models.PartName) string {
	p, err := models.PartOf(name)
	if err != nil {
		return string(name)
	}
	return p.Title
}
