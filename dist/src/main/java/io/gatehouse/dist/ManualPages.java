package io.gatehouse.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual pages ({@code man gatehouse-check}) and the completion script of the tarball, made from the command line
 * itself. The build runs it. Picocli's own generator writes AsciiDoc, for which the build would need Asciidoctor and
 * JRuby.
 */
public final class ManualPages {
    /** Wide enough that no synopsis is broken into lines. */
    private static final int WIDTH = 10_000;

    private final String version;
    private final StringBuilder page = new StringBuilder();

    private ManualPages(String version) {
        this.version = version;
    }

    /**
     * Writes {@code man1/*.1} and {@code completion/gatehouse}.
     *
     * @param arguments the folder, and the version of the gateway
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        CommandLine root = Main.commandLine(World.ofThisProcess());
        Path pages = Files.createDirectories(folder.resolve("man1"));
        for (Map.Entry<String, String> page : of(root, arguments[1]).entrySet()) {
            Files.writeString(pages.resolve(page.getKey()), page.getValue());
        }
        Path completion = Files.createDirectories(folder.resolve("completion"));
        Files.writeString(completion.resolve("gatehouse"), AutoComplete.bash(root.getCommandName(), root));
    }

    /** The pages of {@code root} and of all commands below it, by the names of their files. */
    static SortedMap<String, String> of(CommandLine root, String version) {
        SortedMap<String, String> pages = new TreeMap<>();
        collect(root.getCommandSpec(), version, pages);
        return pages;
    }

    private static void collect(CommandSpec command, String version, SortedMap<String, String> pages) {
        pages.put(name(command) + ".1", new ManualPages(version).render(command));
        command.subcommands().values().forEach(below -> collect(below.getCommandSpec(), version, pages));
    }

    private static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    private String render(CommandSpec command) {
        command.usageMessage().width(WIDTH);
        Help help = new Help(command, Help.defaultColorScheme(Help.Ansi.OFF));
        List<String> description = lines(command.usageMessage().description());
        line(".TH %s 1 \"\" \"Gatehouse %s\" \"Gatehouse\""
                .formatted(name(command).toUpperCase(Locale.ROOT), version));
        section("NAME");
        text(name(command) + " - " + summary(description));
        section("SYNOPSIS");
        text(help.synopsis(0).strip());
        section("DESCRIPTION");
        paragraphs(description);
        options(command);
        subcommands(command);
        exitCodes(command);
        section("FILES");
        item("/etc/gatehouse/gatehouse.toml", "the configuration; every key is explained in configuration.md");
        section("SEE ALSO");
        @Nullable CommandSpec above = command.parent();
        text((above == null ? "" : name(above) + "(1), ") + "docs/README.md of the installation");
        return page.toString();
    }

    private void options(CommandSpec command) {
        List<ArgSpec> arguments = new ArrayList<>(command.positionalParameters());
        arguments.addAll(command.options());
        if (arguments.stream().allMatch(ArgSpec::hidden)) {
            return;
        }
        section("OPTIONS");
        arguments.stream()
                .filter(argument -> !argument.hidden())
                .forEach(argument -> item(label(argument), String.join(" ", lines(argument.description()))));
    }

    private static String label(ArgSpec argument) {
        return switch (argument) {
            case PositionalParamSpec parameter -> parameter.paramLabel();
            case OptionSpec option ->
                String.join(", ", option.names()) + (option.arity().max() > 0 ? " " + option.paramLabel() : "");
            default -> argument.paramLabel();
        };
    }

    private void subcommands(CommandSpec command) {
        if (!command.subcommands().isEmpty()) {
            section("COMMANDS");
            command.subcommands().values().forEach(below -> {
                CommandSpec each = below.getCommandSpec();
                item(name(each) + "(1)", summary(lines(each.usageMessage().description())));
            });
        }
    }

    /** Those of the root that are for all commands, if the command says nothing else. */
    private void exitCodes(CommandSpec command) {
        section("EXIT STATUS");
        Map<String, String> own = command.usageMessage().exitCodeList();
        own.forEach(this::item);
        if (own.isEmpty()) {
            CommandSpec root = command.root();
            root.usageMessage().exitCodeList().forEach((code, meaning) -> {
                if (!meaning.startsWith(root.name() + " ")) {
                    item(code, meaning);
                }
            });
        }
    }

    /** Lines that begin with blanks are examples, and stay as they are. */
    private void paragraphs(List<String> lines) {
        boolean example = false;
        for (String line : lines) {
            boolean indented = line.startsWith("  ");
            if (indented != example) {
                line(indented ? ".PP\n.nf" : ".fi");
                example = indented;
            }
            if (line.isBlank()) {
                line(".PP");
            } else {
                text(line);
            }
        }
        if (example) {
            line(".fi");
        }
    }

    /** The first sentence. */
    private static String summary(List<String> description) {
        String first = description.isEmpty() ? "" : description.getFirst();
        int end = first.indexOf(". ");
        String sentence = end < 0 ? first : first.substring(0, end);
        return sentence.replaceFirst("[.:]$", "");
    }

    /** Without the empty lines at the end, each of which picocli prints. */
    private static List<String> lines(String[] texts) {
        List<String> lines = new ArrayList<>(
                List.of(String.join("\n", texts).replace("%n", "\n").split("\n", -1)));
        while (!lines.isEmpty() && lines.getLast().isBlank()) {
            lines.removeLast();
        }
        return lines;
    }

    private void section(String title) {
        line(".SH " + title);
    }

    private void item(String term, String text) {
        line(".TP");
        line(".B " + escaped(term));
        text(text);
    }

    private void text(String text) {
        line(escaped(text));
    }

    /** No character of it means anything to roff; hyphens stay what is typed. */
    private static String escaped(String text) {
        String safe = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("\"", "\\(dq")
                .replace("…", "\\.\\.\\.");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }

    private void line(String line) {
        page.append(line).append('\n');
    }
}
