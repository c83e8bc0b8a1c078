"""The documentation as a web site, by Sphinx: docs/build says how."""

import json
import pathlib
import re
import tempfile

project = "Gatehouse"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "docs/README"
language = "en"
highlight_language = "text"

# Anchors of headings as the forges make them, which the links between the pages use.
myst_heading_anchors = 6
suppress_warnings = ["myst.header"]

html_theme = "furo"
html_title = "Gatehouse"
# Debian's Furo knows no dark colours of its own.
html_theme_options = {
    "dark_css_variables": {
        "color-foreground-primary": "#d6d8da",
        "color-foreground-secondary": "#a0a4a9",
        "color-foreground-muted": "#85898f",
        "color-foreground-border": "#666666",
        "color-background-primary": "#131416",
        "color-background-secondary": "#1a1c1e",
        "color-background-hover": "#1e2124",
        "color-background-hover--transparent": "#1e212400",
        "color-background-border": "#303335",
        "color-background-item": "#444444",
        "color-brand-primary": "#6cb0f4",
        "color-brand-content": "#6cb0f4",
        "color-link": "#6cb0f4",
        "color-link--hover": "#9ccaf8",
        "color-inline-code-background": "#26292c",
        "color-highlighted-background": "#083563",
    }
}
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
# Parts of pages among the results would be read by fetch(), which browsers forbid to pages of file://.
html_show_search_summary = False


def page_words():
    """The words under which the tables of the index name each page, for the ranking of the search."""
    index = (pathlib.Path(__file__).parent.parent / "README.md").read_text()
    words = {}
    for row in re.findall(r"(?m)^\|.*\|$", index):
        for page in re.findall(r"\]\(((?:\.\./)?[^)#:]+)\.md(?:#[^)]*)?\)", row):
            name = page[3:] if page.startswith("../") else "docs/" + page
            words[name] = words.get(name, "") + " " + re.sub(r"\]\([^)]*\)|[|`\[]", " ", row)
    return words


# Sphinx has no place for a scorer in the script that searches (html_search_scorer is not used): it is loaded before it.
generated = tempfile.TemporaryDirectory()  # removed with the process
pathlib.Path(generated.name, "page-words.js").write_text("const pageWords = " + json.dumps(page_words()) + ";\n")
html_static_path = ["static", generated.name]


def ranking(app, pagename, templatename, context, doctree):
    """Loads the ranking of results on the page of the search."""
    if pagename == "search":
        app.add_js_file("page-words.js")
        app.add_js_file("scorer.js")


def sidebar(app, docname, source):
    """Gives the index a navigation: the pages of its tables, below its headings."""
    if docname != root_doc:
        # Every page is in the index by a link, and needs no further place.
        source[0] = "---\norphan: true\n---\n" + source[0]
        return
    seen = set()
    navigation = ""
    for section in re.split(r"(?m)^## ", source[0])[1:]:
        heading, _, body = section.partition("\n")
        if heading.startswith("Find"):
            break
        found = re.findall(r"\]\(([^)#:]+)\.md(?:#[^)]*)?\)", body)
        pages = [page for page in dict.fromkeys(found) if page not in seen]
        seen.update(pages)
        navigation += "\n```{toctree}\n:hidden:\n:caption: " + heading + "\n\n" + "\n".join(pages) + "\n```\n"
    source[0] += navigation


def setup(app):
    app.connect("source-read", sidebar)
    app.connect("html-page-context", ranking)
