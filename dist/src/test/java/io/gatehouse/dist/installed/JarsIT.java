package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.TestFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code of others that the tarball has. */
class JarsIT {
    /**
     * A new jar comes in by a change of this list, never by the way: what a dependency needs in its next version is
     * somebody's decision, too.
     */
    @Test
    void theTarballHasTheJarsOfTheListAndNoOthers() throws Exception {
        String list;
        try (var stream = JarsIT.class.getResourceAsStream("/jars-of-others")) {
            list = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (TestFolder folder = new TestFolder()) {
            Path home = InstalledGateway.unpack(folder.freshFolder("gateway"));
            try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
                List<String> names = jars.map(jar -> String.valueOf(jar.getFileName()))
                        .filter(name -> name.endsWith(".jar"))
                        .map(name -> name.replaceFirst("-[0-9][^/]*\\.jar$", ""))
                        .filter(name -> !name.startsWith("gateway-") && !name.equals("dist"))
                        .sorted()
                        .toList();
                assertThat(names).containsExactlyElementsOf(list.lines().toList());
            }
        }
    }
}
