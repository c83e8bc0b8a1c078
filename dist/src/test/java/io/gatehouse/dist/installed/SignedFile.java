package io.gatehouse.dist.installed;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The reading side of a signed {@code .rdp} file, written from the format and not with the gateway's own code; OpenSSL
 * judges.
 */
record SignedFile(List<String> lines) {
    private static final String SCOPE = "signscope:s:";
    private static final String SIGNATURE = "signature:s:";
    /** Before the CMS message: version, kind and length, four bytes each. */
    private static final int HEADER = 12;

    static SignedFile read(Path file) {
        try {
            return new SignedFile(
                    Files.readString(file, StandardCharsets.US_ASCII).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The line that begins so. */
    String line(String start) {
        return lines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + start + " in " + lines));
    }

    /** The same file with another line in place of the one that begins so. */
    SignedFile with(String start, String replacement) {
        String old = line(start);
        return new SignedFile(lines.stream()
                .map(line -> line.equals(old) ? replacement : line)
                .toList());
    }

    /** What OpenSSL says about the signature, with this certificate as the only one that is trusted. */
    Command.Result verify(TestFolder folder, Path certificate) {
        try {
            Path message = Files.write(folder.fresh("message"), message().getBytes(StandardCharsets.UTF_16LE));
            byte[] blob = Base64.getMimeDecoder().decode(line(SIGNATURE).substring(SIGNATURE.length()));
            Path cms = Files.write(folder.fresh("signature.der"), Arrays.copyOfRange(blob, HEADER, blob.length));
            return Command.of(
                            "openssl",
                            "cms",
                            "-verify",
                            "-binary",
                            "-inform",
                            "DER",
                            "-in",
                            cms.toString(),
                            "-content",
                            message.toString(),
                            "-CAfile",
                            certificate.toString(),
                            "-purpose",
                            "any",
                            "-out",
                            "/dev/null")
                    .run(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String message() {
        Stream<String> signed =
                Stream.of(line(SCOPE).substring(SCOPE.length()).split(",")).map(name -> line(name + ":"));
        return Stream.concat(signed, Stream.of(line(SCOPE))).collect(Collectors.joining("\r\n", "", "\r\n\0"));
    }
}
