package io.gatehouse.dist;

import io.gatehouse.core.audit.AuditChain;
import io.gatehouse.core.audit.AuditVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse audit verify}. */
@Command(
        name = "verify",
        description = {
            "Checks whether lines of the audit log were changed, removed, moved or added, and says which. "
                    + "Exit code 1 if they were. It reads the file of [audit] and the rotated ones beside it "
                    + "(.1, .2.gz and so on), or the files that are named, the oldest first.",
            "",
            "The last lines could be cut off unnoticed: compare the number of the last line with what a "
                    + "syslog server has.",
            "",
            "  gatehouse audit verify",
            "  gatehouse audit verify audit.jsonl.2.gz audit.jsonl.1 audit.jsonl",
            ""
        })
final class AuditVerifyCommand extends ConfiguredAction {
    private static final Comparator<Path> OLDEST_FIRST =
            Comparator.comparingInt(AuditVerifyCommand::number).reversed();

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "files of one log, the oldest first; may be gzipped")
    private List<Path> files = List.of();

    AuditVerifyCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        AuditVerifier verifier = new AuditVerifier();
        for (Path file : files.isEmpty() ? configured() : files) {
            read(file, verifier);
        }
        verifier.notes().forEach(note -> out().println("note: " + note));
        verifier.problems().forEach(out()::println);
        AuditChain end = verifier.end()
                .orElseThrow(() -> CommandException.failed(
                        "no line of an audit log in these files (expected what the gateway wrote to [audit] file)"));
        out().println(verifier.lines() + " lines; the last is line " + end.sequence() + " of the log, with the hash "
                + end.hash());
        out().flush();
        if (verifier.found() > 0) {
            throw CommandException.failed("the audit log was changed: " + verifier.found()
                    + (verifier.found() == 1 ? " problem" : " problems"));
        }
    }

    /** The files of the configured log. */
    private List<Path> configured() throws CommandException, IOException {
        Path file = configuration()
                .gateway()
                .audit()
                .file()
                .orElseThrow(() -> CommandException.wrong("[audit] has no file: name the files to check"));
        Path folder = file.toAbsolutePath().getParent();
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder == null ? Path.of("/") : folder)) {
            Pattern rotated = Pattern.compile(Pattern.quote(String.valueOf(file.getFileName())) + "\\.[0-9]+(\\.gz)?");
            all.filter(each ->
                            rotated.matcher(String.valueOf(each.getFileName())).matches())
                    .sorted(OLDEST_FIRST)
                    .forEach(found::add);
        }
        found.add(file);
        return found;
    }

    private static int number(Path rotated) {
        Matcher number = Pattern.compile("\\.([0-9]{1,9})(\\.gz)?$").matcher(rotated.toString());
        return number.find() ? Integer.parseInt(number.group(1)) : 0;
    }

    private static void read(Path file, AuditVerifier verifier) throws IOException {
        try (InputStream stored = Files.newInputStream(file);
                InputStream bytes = file.toString().endsWith(".gz") ? new GZIPInputStream(stored) : stored;
                BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            long number = 0;
            for (Optional<String> line = next(lines); line.isPresent(); line = next(lines)) {
                verifier.line(file + ":" + ++number, line.get());
            }
        }
    }

    private static Optional<String> next(BufferedReader lines) throws IOException {
        return Optional.ofNullable(lines.readLine());
    }
}
