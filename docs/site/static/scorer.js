// Puts the page that is about the words of a search before pages that only have them: Sphinx by itself ranks all pages
// with all words alike. pageWords has the words under which the index (docs/README.md) names each page.
const aboutTheProject = /^(README|CHANGELOG|ARCHITECTURE|CONTRIBUTING|bench\/.*|docs\/(README|style|protocol-facts|load-tests|adr\/.*))$/;

const stems = text => {
  const stemmer = new Stemmer();
  return new Set(text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).map(word => stemmer.stemWord(word)));
};

const headings = new Map();
const headingsOf = page => {
  if (headings.size === 0) {
    const index = Search._index;
    for (const [heading, places] of Object.entries(index.alltitles)) {
      for (const [file] of places) {
        const doc = index.docnames[file];
        headings.set(doc, (headings.get(doc) ?? "") + " " + heading);
      }
    }
  }
  return headings.get(page) ?? "";
};

var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: {0: 15, 1: 5, 2: -5},
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
  score: ([page, title, , , score]) => {
    const asked = stems(new URLSearchParams(location.search).get("q") ?? "");
    const known = [stems(title), stems(headingsOf(page)), stems(pageWords[page] ?? "")];
    let points = Math.min(score, 40); // a heading that is the whole search counts more than one word of others
    for (const word of asked) {
      points += [12, 6, 12].reduce((sum, weight, i) => sum + (known[i].has(word) ? weight : 0), 0);
    }
    return points - (aboutTheProject.test(page) ? 50 : 0);
  },
};
