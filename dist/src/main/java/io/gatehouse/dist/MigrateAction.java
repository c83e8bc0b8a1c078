package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.dist.draft.ForeignFileException;
import io.gatehouse.dist.draft.Migration;
import io.gatehouse.formats.file.PublicFile;
import io.gatehouse.formats.file.Utf8;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** An action that makes a configuration from a file of another gateway. */
abstract class MigrateAction extends Action {
    private static final int LARGEST_FILE = 1 << 20;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "writes it to this file, instead of standard output")
    private @Nullable Path output;

    @Option(
            names = "--force",
            description = "replaces files that are there; each is kept under its name with .old behind it")
    private boolean force;

    MigrateAction(World world) {
        super(world);
    }

    /** Where it is written; empty for standard output. */
    final Optional<Path> output() {
        return Optional.ofNullable(output);
    }

    /** The text of a file, in UTF-8 or as PowerShell's {@code >} writes it. */
    static String text(Path file) throws CommandException {
        try {
            byte[] bytes = PublicFile.read(file, LARGEST_FILE);
            if (Utf8.looksLikeUtf16(bytes)) {
                return new String(bytes, StandardCharsets.UTF_16);
            }
            return Utf8.decode(bytes)
                    .orElseThrow(() -> CommandException.wrong(file + ": is not UTF-8 text (expected UTF-8)"));
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    /** What is wrong with {@code file}, as the command says it. */
    static CommandException wrong(Path file, ForeignFileException exception) {
        return CommandException.wrong(file + ": " + PrintableText.line(String.valueOf(exception.getMessage())));
    }

    /**
     * Writes or prints {@code migration}, and says on standard error what is different.
     *
     * @param more writes further files beside the output, if there is one
     */
    final void finish(Migration migration, MoreFiles more) throws CommandException, IOException {
        migration.notes().forEach(note -> err().println(PrintableText.line(note.toString())));
        Path target = output;
        if (target == null) {
            out().print(migration.text());
            out().flush();
            migration
                    .secrets()
                    .keySet()
                    .forEach(name -> err().println("to do: " + name
                            + ": secrets are not printed; --output FILE writes this one beside the configuration"));
        } else {
            NewFiles files = new NewFiles(force);
            for (Map.Entry<String, Secret> secret : migration.secrets().entrySet()) {
                files.add(
                        target.toAbsolutePath().resolveSibling(secret.getKey()),
                        secret.getValue().bytes());
            }
            more.add(files);
            files.add(target, migration.text());
            files.write().forEach(old -> err().println("kept the old file as " + old));
            out().println("wrote " + target + "; next: " + next(target));
        }
        err().flush();
    }

    /** What to do with the file that was written. */
    abstract String next(Path written) throws CommandException;

    /** What belongs beside a configuration. */
    @FunctionalInterface
    interface MoreFiles {
        void add(NewFiles files) throws CommandException;
    }
}
