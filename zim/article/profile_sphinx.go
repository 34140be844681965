package article

// sphinx is for manuals made by Sphinx and Docutils. The anchor stands on the section, and the signature of a function or
// class opens a section of its own: that is what people look up.
var sphinx = compile(&Profile{
	name:       "sphinx",
	generators: []string{"docutils", "sphinx"},
	signs:      ".sphinxsidebar .sphinxsidebarwrapper .headerlink .rst-content dl.py",
	roots:      "[role=main] div.body main #content",
	does: map[action]string{
		doDrop: ".headerlink .sphinxsidebar .related div.footer footer #searchbox .copybutton .viewcode-link .wy-nav-side " +
			".wy-breadcrumbs .rst-footer-buttons .linenos .lineno .linenodiv a.footnote-backref .fn-backref .toc-backref-icon nav.contents div.contents.local .mobile-nav .menu",
		doSignature: "dt.sig",
		doSignatures: "dl.py dl.function dl.class dl.method dl.data dl.exception dl.attribute dl.describe dl.c dl.cpp dl.js dl.std dl.rst dl.cmdoption " +
			"dl.option dl.opcode dl.envvar dl.macro dl.type dl.member dl.var dl.staticmethod dl.classmethod dl.directive dl.role dl.confval " +
			"dl.decorator dl.property dl.module",
		doNote:      ".admonition .topic .sidebar aside.topic aside.sidebar",
		doNoteTitle: ".admonition-title .topic-title .sidebar-title",
		doData:      "table.docutils table.longtable",
		doTeX:       "span.math div.math",
		doCaption:   ".caption .code-block-caption",
	},
})
