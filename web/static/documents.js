// Makes what works without it more pleasant: a file can be dropped on its field, the sending of a large one shows how far it
// has come, and so does the reading of a delivery.
(function () {
	"use strict";

	function size(bytes) {
		return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " kB" : (bytes / 1048576).toFixed(1) + " MB";
	}

	function element(name, attributes, text) {
		var e = document.createElement(name);
		Object.keys(attributes).forEach(function (k) { e.setAttribute(k, attributes[k]); });
		if (text) { e.textContent = text; }
		return e;
	}

	// drop lets files be dropped anywhere on the zone, and says which one is chosen and whether it is too large.
	function drop(zone) {
		var input = zone.querySelector("input[type=file]"), said = element("p", { "class": "drop-said", role: "status" });
		var most = Number(zone.getAttribute("data-most"));
		zone.appendChild(said);
		function say() {
			var file = input.files[0];
			said.textContent = !file ? "" : most && file.size > most ? file.name + " is " + size(file.size) + ". At most " + size(most) + " can be sent here." : file.name + ", " + size(file.size);
			said.classList.toggle("mistake", !!file && !!most && file.size > most);
		}
		["dragenter", "dragover"].forEach(function (kind) {
			zone.addEventListener(kind, function (e) { e.preventDefault(); zone.classList.add("drop-over"); });
		});
		["dragleave", "drop"].forEach(function (kind) {
			zone.addEventListener(kind, function (e) { e.preventDefault(); zone.classList.remove("drop-over"); });
		});
		zone.addEventListener("drop", function (e) {
			if (e.dataTransfer && e.dataTransfer.files.length) { input.files = e.dataTransfer.files; say(); }
		});
		input.addEventListener("change", say);
		say();
	}

	// send sends the form of a drop zone in the background and shows how far it has come. The answer is what it would be
	// without this script: another address, or the page that says what was wrong.
	function send(form) {
		form.addEventListener("submit", function (e) {
			var input = form.querySelector("input[type=file]");
			if (!input.files.length || !window.FormData) { return; }
			e.preventDefault();
			var buttons = form.querySelectorAll("button"), box = element("div", { "class": "progress-box" });
			var bar = element("progress", { max: "100", value: "0", "aria-label": "Sending the document" }), said = element("p", { role: "status" }, "Sending the document …");
			box.appendChild(bar);
			box.appendChild(said);
			form.appendChild(box);
			buttons.forEach(function (b) { b.disabled = true; });
			function again(words) {
				said.textContent = words;
				said.className = "mistake";
				bar.remove();
				buttons.forEach(function (b) { b.disabled = false; });
			}
			var request = new XMLHttpRequest();
			request.upload.addEventListener("progress", function (p) {
				if (!p.lengthComputable) { return; }
				bar.value = 100 * p.loaded / p.total;
				if (p.loaded === p.total) { bar.removeAttribute("value"); said.textContent = "Sent. The register is reading it …"; }
			});
			request.addEventListener("load", function () {
				var to = request.getResponseHeader("Location");
				if (request.status === 201 && to) { location.assign(to); return; }
				document.open();
				document.write(request.responseText);
				document.close();
				window.scrollTo(0, 0);
			});
			request.addEventListener("error", function () { again("The document did not arrive. Check your connection and send it again."); });
			request.open("POST", form.getAttribute("action"));
			request.setRequestHeader("X-Sent-By", "script");
			request.send(new FormData(form));
		});
	}

	// live follows a delivery, and opens its page anew when it has ended.
	function live(box) {
		if (!window.EventSource) { return; }
		var bar = box.querySelector("progress"), said = box.querySelector("[data-said]"), source = new EventSource(box.getAttribute("data-live"));
		source.addEventListener("progress", function (e) {
			var now = JSON.parse(e.data);
			if (now.ended) { source.close(); location.reload(); return; }
			if (now.percent > 0) { bar.value = now.percent; } else { bar.removeAttribute("value"); }
			if (said.textContent !== now.words) { said.textContent = now.words; }
		});
	}

	document.querySelectorAll("[data-drop]").forEach(drop);
	document.querySelectorAll("form[data-send]").forEach(send);
	document.querySelectorAll("[data-live]").forEach(live);
})();
