package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Readers find every page of the documentation from its index, and no link between pages leads nowhere. */
class DocumentationLinksTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path DOCS = ROOT.resolve("docs");
    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$");

    /** A link as it is written, and what it leads to. */
    private record Link(Path page, String text, Path file, String fragment) {
        static Link of(Path page, String text) {
            int hash = text.indexOf('#');
            String path = hash < 0 ? text : text.substring(0, hash);
            Path file = path.isEmpty() ? page : folder(page).resolve(path).normalize();
            return new Link(page, text, file, hash < 0 ? "" : text.substring(hash + 1));
        }

        @Override
        public String toString() {
            return ROOT.relativize(page) + ": " + text;
        }
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        assertThat(folder).isNotNull();
        return folder;
    }

    /** Without blocks of code, whose comments look like headings. */
    private static String text(Path page) {
        try {
            return CODE.matcher(Files.readString(page)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> markdown(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(markdown(ROOT, 1));
        pages.addAll(markdown(DOCS, Integer.MAX_VALUE));
        pages.addAll(markdown(ROOT.resolve("bench"), 1));
        return pages;
    }

    private static List<Link> links(Path page) {
        return LINK.matcher(text(page))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .map(target -> Link.of(page, target))
                .toList();
    }

    /**
     * The fragments by which browsers find the headings of {@code page}, as the forges make them; the second of a name
     * ends in -1.
     */
    private static Set<String> anchors(Path page) {
        Map<String, Integer> seen = new HashMap<>();
        Set<String> anchors = new TreeSet<>();
        for (Matcher heading = HEADING.matcher(text(page)); heading.find(); ) {
            String name = heading.group(1)
                    .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int before = seen.merge(name, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? name : name + "-" + before);
        }
        return anchors;
    }

    @Test
    void everyLinkLeadsToAFileAndAHeadingThatExist() throws Exception {
        List<Link> links =
                pages().stream().flatMap(page -> links(page).stream()).toList();
        assertThat(links).hasSizeGreaterThan(300);
        assertThat(links).as("links to files").allMatch(link -> Files.exists(link.file()));
        assertThat(links)
                .as("links to headings")
                .filteredOn(link -> !link.fragment().isEmpty())
                .allMatch(link -> anchors(link.file()).contains(link.fragment()));
    }

    /** By itself, or as a file of a folder that is linked. */
    @Test
    void theIndexLinksToEveryPage() throws Exception {
        Path index = DOCS.resolve("README.md");
        Set<Path> linked = new TreeSet<>();
        links(index).forEach(link -> linked.add(link.file()));
        assertThat(markdown(DOCS, Integer.MAX_VALUE))
                .filteredOn(page -> !page.equals(index))
                .allMatch(page -> linked.contains(page) || linked.contains(folder(page)));
    }

    @Test
    void everyPictureIsShownByAPage() throws Exception {
        Set<Path> linked = new TreeSet<>();
        for (Path page : pages()) {
            links(page).forEach(link -> linked.add(link.file()));
        }
        try (Stream<Path> pictures = Files.list(DOCS.resolve("images"))) {
            assertThat(pictures).hasSizeGreaterThan(10).allMatch(linked::contains);
        }
    }
}
