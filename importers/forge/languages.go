package forge

// languages are programming languages by the ending of a file. Data, documents and endings that several languages share and none owns are left out.
var languages = map[string]string{
	".ada": "Ada", ".adb": "Ada", ".ads": "Ada", ".apex": "Apex", ".asm": "Assembly", ".bas": "BASIC", ".bat": "Batchfile", ".c": "C", ".cbl": "COBOL", ".cc": "C++",
	".clj": "Clojure", ".cljs": "Clojure", ".cob": "COBOL", ".coffee": "CoffeeScript", ".cpp": "C++", ".cs": "C#", ".css": "CSS", ".cu": "CUDA", ".cxx": "C++", ".d": "D", ".dart": "Dart",
	".elm": "Elm", ".erl": "Erlang", ".ex": "Elixir", ".exs": "Elixir", ".f": "Fortran", ".f90": "Fortran", ".f95": "Fortran", ".fs": "F#", ".go": "Go", ".gradle": "Gradle",
	".groovy": "Groovy", ".h": "C", ".hh": "C++", ".hpp": "C++", ".hs": "Haskell", ".html": "HTML", ".htm": "HTML", ".hx": "Haxe", ".java": "Java", ".jl": "Julia", ".js": "JavaScript",
	".cjs": "JavaScript", ".mjs": "JavaScript", ".jsx": "JavaScript", ".jsp": "Java Server Pages", ".kt": "Kotlin", ".kts": "Kotlin", ".less": "Less", ".lisp": "Lisp", ".lua": "Lua",
	".ml": "OCaml", ".mli": "OCaml", ".nim": "Nim", ".nix": "Nix", ".pas": "Pascal", ".php": "PHP", ".pl": "Perl", ".pm": "Perl", ".plsql": "PL/SQL", ".pks": "PL/SQL", ".pkb": "PL/SQL",
	".ps1": "PowerShell", ".psm1": "PowerShell", ".py": "Python", ".ipynb": "Jupyter Notebook", ".r": "R", ".rmd": "R", ".rb": "Ruby", ".erb": "Ruby", ".rs": "Rust", ".sas": "SAS", ".sass": "Sass",
	".scala": "Scala", ".scss": "SCSS", ".sh": "Shell", ".bash": "Shell", ".zsh": "Shell", ".fish": "Shell", ".sol": "Solidity", ".sql": "SQL", ".svelte": "Svelte", ".swift": "Swift",
	".tcl": "Tcl", ".tf": "HCL", ".hcl": "HCL", ".ts": "TypeScript", ".mts": "TypeScript", ".tsx": "TypeScript", ".twig": "Twig", ".v": "Verilog", ".vb": "Visual Basic", ".vhd": "VHDL",
	".vhdl": "VHDL", ".vue": "Vue", ".xsl": "XSLT", ".xslt": "XSLT", ".zig": "Zig", ".abap": "ABAP", ".cls": "Apex", ".rego": "Rego", ".cue": "CUE", ".rkt": "Racket", ".scm": "Scheme",
	".pro": "Prolog", ".rpg": "RPG", ".rpgle": "RPG", ".pli": "PL/I", ".mo": "Modelica", ".st": "Smalltalk", ".feature": "Gherkin", ".bicep": "Bicep", ".mustache": "Mustache",
	".hbs": "Handlebars", ".pug": "Pug", ".m4": "M4", ".mm": "Objective-C++", ".awk": "Awk", ".cmake": "CMake", ".graphql": "GraphQL", ".proto": "Protocol Buffers",
}

// languagesByName are those of files that everybody names alike.
var languagesByName = map[string]string{"dockerfile": "Dockerfile", "containerfile": "Dockerfile", "makefile": "Makefile", "gnumakefile": "Makefile", "rakefile": "Ruby", "gemfile": "Ruby",
	"cmakelists.txt": "CMake", "jenkinsfile": "Groovy", "vagrantfile": "Ruby"}
