package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the POMs promise about the code of others: one exact version, a reason, and one place where it comes from. */
class DependenciesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static Document parse(Path pom) throws Exception {
        return DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(pom.toFile());
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagNameNS("*", name);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }

    private static String text(Element parent, String name) {
        return elements(parent, name).getFirst().getTextContent().strip();
    }

    private static List<Path> poms() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 2)) {
            return files.filter(file -> file.endsWith("pom.xml"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }

    private static Element managed() throws Exception {
        return elements(parse(ROOT.resolve("pom.xml")).getDocumentElement(), "dependencyManagement")
                .getFirst();
    }

    @Test
    void everyDependencyOfOthersHasAReasonInTheParentPom() throws Exception {
        List<String> withoutReason = new ArrayList<>();
        Set<String> groups = new HashSet<>();
        String reason = "";
        boolean fresh = false;
        Node list = elements(managed(), "dependencies").getFirst();
        for (Node node = list.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeType() == Node.COMMENT_NODE) {
                reason = node.getTextContent().toLowerCase(Locale.ROOT);
                fresh = true;
            }
            if (node instanceof Element dependency) {
                String group = text(dependency, "groupId");
                String artifact = text(dependency, "artifactId");
                boolean named = reason.contains(artifact.split("-", -1)[0]);
                boolean inherited = reason.strip().equals("our own modules.")
                        || reason.strip().equals("tests.");
                if (!fresh && !named && !inherited && groups.stream().noneMatch(group::startsWith)) {
                    withoutReason.add(artifact);
                }
                groups.add(group);
                fresh = false;
            }
        }
        assertThat(groups).hasSizeGreaterThan(20);
        assertThat(withoutReason).isEmpty();
    }

    @Test
    void versionsAreExactAndInTheParentPomOnly() throws Exception {
        for (Element dependency : elements(managed(), "dependency")) {
            assertThat(text(dependency, "version"))
                    .doesNotContainAnyWhitespaces()
                    .doesNotContain("[", "(", ",", "LATEST");
        }
        List<Path> poms = poms();
        assertThat(poms).hasSizeGreaterThan(15);
        for (Path pom : poms) {
            Element project = parse(pom).getDocumentElement();
            assertThat(elements(project, "repository"))
                    .as("%s: only Maven Central", pom)
                    .isEmpty();
            assertThat(elements(project, "pluginRepository"))
                    .as("%s: only Maven Central", pom)
                    .isEmpty();
            if (!pom.equals(ROOT.resolve("pom.xml"))) {
                assertThat(elements(project, "dependency"))
                        .as("%s: versions are in the parent", pom)
                        .allMatch(dependency -> elements(dependency, "version").isEmpty()
                                || text(dependency, "version").equals("${project.version}"));
            }
        }
    }
}
