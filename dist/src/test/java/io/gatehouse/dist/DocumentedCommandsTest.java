package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Every {@code gatehouse} command that a page of the documentation shows exists, with its options. */
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** A block of code, or code in a line of text, which may be broken. */
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?\\R(.*?)^```$|`([^`]+)`");
    /** Where a command begins, by itself or behind its starter. Elsewhere the word is a user, a service or a folder. */
    private static final Pattern COMMAND = Pattern.compile("(?:^|[$;(&] ?|sudo |-u gatehouse |bin/|exec (?:-\\S+ )*"
            + "gatehouse |\"\\d+ \\S+ \\S+ )gatehouse (\\S.*)|gatehouse:0\\.1\\.0-SNAPSHOT ([a-z].*)");

    private static final Pattern END = Pattern.compile("[|;&#)].*|\\d?[<>].*");
    private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z]+|…|\\.\\.\\.|\\[.*");

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(ROOT.resolve("docs"), ROOT.resolve("bench"), ROOT.resolve("examples"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        try (Stream<Path> files = Files.list(ROOT)) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    private static List<String> lines(Path page) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Matcher code = CODE.matcher(Files.readString(page)); code.find(); ) {
            String block = code.group(1);
            if (block == null) {
                lines.add(code.group(2).replaceAll("\\s+", " "));
            } else {
                block.replaceAll("\\\\\\R\\s*", "").lines().map(String::strip).forEach(lines::add);
            }
        }
        return lines;
    }

    /** What is wrong with a command, of which {@code words} stand behind {@code gatehouse}. */
    private static Optional<String> problem(CommandLine all, String words) {
        CommandLine command = all;
        for (Iterator<String> word = List.of(words.split(" +")).iterator(); word.hasNext(); ) {
            String next = word.next();
            if (END.matcher(next).matches()) {
                return Optional.empty();
            }
            if (next.startsWith("-") && next.length() > 1) {
                OptionSpec option = command.getCommandSpec().findOption(next.replaceAll("=.*|[,.)]$", ""));
                if (option == null) {
                    return Optional.of(command.getCommandName() + " has no option " + next);
                }
                if (option.arity().min() > 0 && !next.contains("=") && word.hasNext()) {
                    word.next();
                }
            } else if (!command.getSubcommands().isEmpty()) {
                if (PLACEHOLDER.matcher(next).matches()) {
                    return Optional.empty();
                }
                CommandLine named = command.getSubcommands().get(next.replaceAll("[,.)]$", ""));
                if (named == null) {
                    return Optional.of(command.getCommandName() + " has no command " + next);
                }
                command = named;
            }
        }
        return Optional.empty();
    }

    @Test
    void everyCommandOfThePagesExists() throws IOException {
        CommandLine all = Main.commandLine(World.ofThisProcess());
        int commands = 0;
        List<String> wrong = new ArrayList<>();
        for (Path page : pages()) {
            for (String line : lines(page)) {
                for (Matcher found = COMMAND.matcher(line); found.find(); ) {
                    commands++;
                    problem(all, found.group(1) == null ? found.group(2) : found.group(1))
                            .ifPresent(problem -> wrong.add(ROOT.relativize(page) + ": " + line + ": " + problem));
                }
            }
        }
        assertThat(commands).as("commands that were found").isGreaterThan(200);
        assertThat(wrong).isEmpty();
    }
}
