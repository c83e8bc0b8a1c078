package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What readers of the source rely on (docs/style.md) and the formatter does not hold. */
class SourceRulesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LONGEST_LINE = 120;
    private static final Pattern COMMENT = Pattern.compile("\\s*(/\\*|\\*|//).*|.*; *// .*");
    /** Every program has its {@code Main}; the others are no classes. */
    private static final Set<String> EVERYWHERE = Set.of("Main", "package-info", "module-info");

    @Test
    void commentsEndAt120Characters() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources("/src/")) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.codePointCount(0, line.length()) > LONGEST_LINE
                        && COMMENT.matcher(line).matches()) {
                    tooLong.add(ROOT.relativize(file) + ":" + (i + 1));
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    /** Two types of one name would have to mean the same thing; those that do are one type. */
    @Test
    void noTwoTypesOfTheProgramsHaveOneName() throws IOException {
        Map<String, List<Path>> byName = new TreeMap<>();
        for (Path file : sources("/src/main/java/")) {
            String name = String.valueOf(file.getFileName()).replace(".java", "");
            if (!EVERYWHERE.contains(name)) {
                byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(ROOT.relativize(file));
            }
        }
        assertThat(byName.values()).filteredOn(files -> files.size() > 1).isEmpty();
    }

    /** All Java files of all modules below {@code part} of their path; generated ones are not looked at. */
    private static List<Path> sources(String part) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) {
                String name = String.valueOf(folder.getFileName());
                boolean hidden = name.startsWith(".") && !folder.equals(ROOT);
                return hidden || name.equals("target") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                if (file.toString().endsWith(".java") && file.toString().contains(part)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(found).hasSizeGreaterThan(400);
        return found;
    }
}
