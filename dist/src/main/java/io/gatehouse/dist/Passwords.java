package io.gatehouse.dist;

import io.gatehouse.api.Secret;
import io.gatehouse.api.account.CredentialEncoder;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine.Option;

/** Where a new password comes from, and what is stored of it. */
final class Passwords {
    /** Without characters that look alike or mean something to a shell; 20 of them are 114 bits. */
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int LENGTH = 20;

    @Option(names = "--password-stdin", description = "reads the password from standard input: its first line")
    private boolean fromInput;

    @Option(names = "--generate", description = "makes a strong password and prints it")
    private boolean generate;

    /** The new password: generated, read or asked for twice. */
    String choose(World world, PrintWriter out) throws CommandException, IOException {
        if (fromInput && generate) {
            throw CommandException.wrong("--password-stdin and --generate exclude each other");
        }
        if (generate) {
            String password = generate(new SecureRandom());
            out.println("password: " + password);
            return password;
        }
        String password = fromInput ? world.firstLineOfInput().orElse("") : ask(world, "New password: ");
        if (password.isEmpty()) {
            throw CommandException.wrong("the password is empty");
        }
        if (!fromInput && !password.equals(ask(world, "Once more: "))) {
            throw CommandException.wrong("the two passwords differ");
        }
        return password;
    }

    private static String ask(World world, String question) throws CommandException {
        return world.prompt()
                .secret(question)
                .orElseThrow(() -> CommandException.wrong(
                        "no terminal to ask for the password; use --password-stdin or --generate"));
    }

    /** A strong password that is easy to type. */
    static String generate(SecureRandom random) {
        StringBuilder password = new StringBuilder();
        for (int index = 0; index < LENGTH; index++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }

    /** One credential for each installed provider that checks passwords. */
    static List<Secret> credentials(String password) throws CommandException {
        List<Secret> credentials = new ArrayList<>();
        for (CredentialEncoder encoder : ServiceLoader.load(CredentialEncoder.class)) {
            credentials.add(encoder.encode(password));
        }
        if (credentials.isEmpty()) {
            throw CommandException.failed(
                    "no provider that checks passwords is installed (looked in lib/ and providers/)");
        }
        return credentials;
    }
}
