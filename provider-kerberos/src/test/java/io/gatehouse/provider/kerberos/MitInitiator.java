package io.gatehouse.provider.kerberos;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Token;
import io.gatehouse.testkit.directory.KerberosCache;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A GSS initiator of MIT's library in a Python process. It is ended after half a minute, however long a test waits. */
final class MitInitiator implements AutoCloseable {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final String LIMIT = "30";

    private final Process process;
    private final BufferedReader output;
    private final BufferedWriter input;
    private final Path errors;
    private final Token token;

    private MitInitiator(TestFolder folder, Map<String, String> environment, List<String> arguments)
            throws IOException {
        errors = folder.fresh("initiator.errors");
        List<String> command = new ArrayList<>(List.of("timeout", LIMIT, PYTHON.toString()));
        command.add(folder.write("gss-initiator.py", script()).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().putAll(environment);
        process = builder.start();
        output = process.inputReader(StandardCharsets.US_ASCII);
        input = process.outputWriter(StandardCharsets.US_ASCII);
        token = Token.of(Base64.getDecoder().decode(line()));
    }

    /** Lets the test go on only if Python has MIT's library. */
    static void assume() {
        RequiredTools.assume("timeout");
        RequiredTools.assumeFile(Path.of("/usr/lib/python3/dist-packages/gssapi/__init__.py"), "python3-gssapi");
    }

    /** Gets a ticket for {@code principal} and makes the first token. */
    static MitInitiator start(TestFolder folder, KerberosCache cache, String principal, String... options) {
        return start(folder, cache.environment(), principal, options);
    }

    static MitInitiator start(TestFolder folder, Map<String, String> environment, String principal, String... options) {
        List<String> arguments = new ArrayList<>(List.of(principal));
        arguments.addAll(List.of(options));
        try {
            return new MitInitiator(folder, environment, arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String bindingOption(ChannelBinding binding) {
        return "binding="
                + java.util.HexFormat.of().formatHex(binding.applicationData().bytes());
    }

    /** The AP-REQ. */
    Token token() {
        return token;
    }

    /** Takes the acceptor's token; whether the exchange is complete. */
    boolean take(Token reply) {
        return ask("reply " + encode(reply.bytes())).equals("complete");
    }

    /** Takes the acceptor's token, where one more of ours follows. */
    Token answer(Token reply) {
        return Token.of(Base64.getDecoder().decode(ask("reply " + encode(reply.bytes()))));
    }

    boolean isComplete() {
        return ask("state").equals("complete");
    }

    byte[] sign(byte[] message) {
        return Base64.getDecoder().decode(ask("sign " + encode(message)));
    }

    /** What the library says to the acceptor's code: {@code right}, or why not. */
    String verify(byte[] message, byte[] mic) {
        return ask("verify " + encode(message) + " " + encode(mic));
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private String ask(String line) {
        try {
            input.write(line + "\n");
            input.flush();
            return line();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new ProcessException("the initiator ended: " + Files.readString(errors));
        }
        return line;
    }

    private static String script() {
        try (InputStream stream = MitInitiator.class.getResourceAsStream("gss-initiator.py")) {
            if (stream == null) {
                throw new IllegalStateException("gss-initiator.py is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            input.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
