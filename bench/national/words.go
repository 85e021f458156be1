package national

var (
	places = []string{"Northfield", "Eastmoor", "Westhaven", "Southbrook", "Ashford", "Birchwood", "Castleton", "Deepdale", "Elmstead", "Fairview", "Greenhill", "Harbourton", "Ironbridge",
		"Juniper", "Kingsmead", "Lakeside", "Millbrook", "Newbridge", "Oakridge", "Pinecrest", "Queensbury", "Riverside", "Stonegate", "Thornbury", "Uplands", "Valleyfield", "Whitecliff",
		"Yarrow", "Alderman", "Brightwater", "Coldspring", "Dunmore"}
	domains = []string{"Permit", "Tax", "Benefits", "Customs", "Land", "Water", "Health", "School", "Library", "Transport", "Parking", "Housing", "Energy", "Waste", "Court", "Police", "Fisheries",
		"Forestry", "Census", "Pension", "Passport", "Vehicle", "Election", "Archive", "Grant", "Tender", "Payroll", "Training", "Inspection", "Weather", "Road", "Harbour", "Licence", "Address",
		"Company", "Heritage", "Food", "Chemical", "Animal", "Labour"}
	kinds = []string{"Desk", "Portal", "Register", "Planner", "Tracker", "Archive", "Exchange", "Viewer", "Ledger", "Gateway", "Scheduler", "Calculator", "Studio", "Monitor", "Hub", "Forms", "Atlas",
		"Notifier", "Directory", "Workbench", "Assistant", "Counter", "Vault", "Console"}
	summaries = []string{"Lets citizens apply online and follow what becomes of it.", "Keeps the records of the service and shares them with other agencies.",
		"Plans the work of inspectors and collects their findings in the field.", "Publishes open data as maps, tables and downloads.",
		"Checks what is declared against other registers and reports differences.", "Sends reminders by letter, mail and text message.",
		"Archives files with their metadata for as long as the law asks.", "Computes what is owed or due, with the rule it follows."}
	categories = []string{"case-management", "document-management", "gis", "data-collection", "identity-management", "website-management", "workflow-management", "procurement", "payment-gateway",
		"it-security", "backup", "communications", "scheduling", "e-learning", "data-analytics", "digital-asset-management"}
	products = []string{"Office Suite", "Mail Server", "Database", "Drawing Board", "Call Centre", "Video Calls", "Virus Scanner", "Print Manager", "Accounting", "Personnel File", "Web Server",
		"Ticket Desk", "Backup", "Map Server", "Search Engine", "Wiki"}
	vendors = []string{"Aldus", "Borealis", "Cirrus", "Dorado", "Emerald", "Falcon", "Granite", "Helix", "Indigo", "Jasper", "Krypton", "Lumen", "Meridian", "Nimbus", "Orion", "Pallas"}

	first = []string{"amber", "anchor", "apex", "arrow", "atlas", "aurora", "azure", "badger", "basil", "beacon", "birch", "bolt", "breeze", "bridge", "bright", "cable", "cactus", "canvas", "cedar",
		"chain", "cinder", "clear", "clover", "cobalt", "comet", "copper", "coral", "crane", "crisp", "crystal", "dawn", "delta", "drift", "dune", "eagle", "echo", "ember", "fable", "falcon", "fern",
		"flare", "flint", "forge", "frost", "garnet", "glade", "grove", "hazel", "heron", "hollow", "indigo", "iris", "ivory", "jade", "jolt", "juniper", "kestrel", "lark", "ledger", "lily", "lunar",
		"maple", "marble", "meadow", "mint", "mosaic", "nimble", "north", "oak", "onyx", "opal", "orbit", "otter", "pebble", "pine", "pixel", "plume", "prism", "quartz", "quick", "quill", "raven",
		"reef", "ridge", "river", "robin", "ruby", "sable", "sage", "scarlet", "silver", "slate", "spruce", "swift", "tidal", "willow"}
	second = []string{"adapter", "agent", "archive", "array", "async", "auth", "base", "batch", "bind", "block", "buffer", "build", "bus", "cache", "calc", "channel", "chart", "check", "cipher", "clock",
		"cloud", "codec", "color", "config", "convert", "cron", "crypt", "csv", "date", "debug", "diff", "dom", "draw", "emit", "encode", "engine", "event", "exec", "fetch", "field", "file", "filter",
		"flow", "font", "form", "format", "frame", "glob", "graph", "grid", "hash", "hook", "http", "icon", "index", "input", "json", "key", "lang", "layer", "lint", "list", "load", "lock", "log", "mail",
		"map", "mark", "match", "math", "media", "merge", "mime", "model", "mount", "net", "node", "pack", "page", "parse", "path", "pipe", "plan", "pool", "print", "proxy", "query", "queue", "render",
		"route", "scan", "schema", "session", "socket", "store", "table"}
	endings = []string{"", "-core", "-utils", "-api", "-client", "-types", "-io"}

	stated = []struct {
		license string
		weight  float64
	}{{"MIT", 36}, {"Apache-2.0", 19}, {"ISC", 8}, {"BSD-3-Clause", 7}, {"NOASSERTION", 6}, {"MIT OR Apache-2.0", 5}, {"BSD-2-Clause", 3}, {"LGPL-2.1-or-later", 2.5}, {"GPL-2.0-or-later", 2.5},
		{"MPL-2.0", 2}, {"GPL-2.0-only", 1.5}, {"GPL-3.0-or-later", 1.5}, {"EPL-2.0", 1}, {"0BSD", 1}, {"Unlicense", 0.8}, {"CC0-1.0", 0.7}, {"MIT AND BSD-3-Clause", 0.6},
		{"GPL-2.0-only WITH Classpath-exception-2.0", 0.5}, {"LGPL-3.0-only", 0.5}, {"EUPL-1.2", 0.4}, {"AGPL-3.0-only", 0.3}}
)
