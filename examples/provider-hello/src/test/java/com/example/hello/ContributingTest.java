package com.example.hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** CONTRIBUTING.md promises a provider in 50 lines, and shows it. */
class ContributingTest {
    private static final Path SOURCE = Path.of("src/main/java/com/example/hello/HelloProviderFactory.java");

    @Test
    void theGuideShowsThisVeryFile() throws Exception {
        String source = Files.readString(SOURCE);
        assertThat(Files.readString(Path.of("../../CONTRIBUTING.md"))).contains("```java\n" + source + "```\n");
        assertThat(source.lines()).hasSizeLessThanOrEqualTo(50);
    }
}
