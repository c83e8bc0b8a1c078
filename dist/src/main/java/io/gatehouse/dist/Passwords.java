package io.gatehouse.dist;

import io.gatehouse.api.CredentialEncoder;
import io.gatehouse.api.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import picocli.CommandLine.Option;

/** Where a new password comes from, and what is stored of it. */
final class Passwords {
    /** Without characters that look alike or mean something to a shell; 20 of them are 114 bits. */
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int LENGTH = 20;
    /** Stands where bytes were no character. */
    private static final int REPLACEMENT = 0xfffd;

    private static final int BYTE_ORDER_MARK = 0xfeff;

    @Option(names = "--password-stdin", description = "reads the password from standard input: its first line")
    private boolean fromInput;

    @Option(names = "--generate", description = "makes a strong password and prints it")
    private boolean generate;

    /** The new password: generated, read or asked for twice. */
    String choose(World world, PrintWriter out) throws CommandException, IOException {
        if (fromInput && generate) {
            throw CommandException.wrong("--password-stdin and --generate cannot be used together");
        }
        if (generate) {
            String password = generate(new SecureRandom());
            out.println("password: " + password);
            return password;
        }
        String password = fromInput ? world.firstLineOfInput().orElse("") : ask(world, "New password: ");
        requireTypeable(password);
        if (!fromInput && !password.equals(ask(world, "Repeat the password: "))) {
            throw CommandException.wrong("the two passwords differ");
        }
        return password;
    }

    /** A sign-in sends what somebody types: what no keyboard makes would lock the account. */
    static void requireTypeable(String password) throws CommandException {
        if (password.isEmpty()) {
            throw CommandException.wrong("the password is empty");
        }
        int[] characters = password.codePoints().toArray();
        for (int index = 0; index < characters.length; index++) {
            int character = characters[index];
            if (character == REPLACEMENT) {
                throw CommandException.wrong("character " + (index + 1) + " of the password could not be read"
                        + " (expected UTF-8; is the terminal's locale one with UTF-8?)");
            }
            if (isControl(character)) {
                throw CommandException.wrong(
                        "character %d of the password is the control character U+%04X (expected characters that can be typed)"
                                .formatted(index + 1, character));
            }
        }
    }

    private static boolean isControl(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> character == BYTE_ORDER_MARK;
        };
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
        try {
            for (CredentialEncoder encoder : ServiceLoader.load(CredentialEncoder.class)) {
                credentials.add(encoder.encode(password));
            }
        } catch (ServiceConfigurationError error) {
            throw CommandException.failed(
                    "a provider cannot be loaded (look in lib/ and providers/): " + error.getMessage());
        } catch (IllegalArgumentException exception) {
            throw CommandException.wrong("the password cannot be stored: " + exception.getMessage());
        }
        if (credentials.isEmpty()) {
            throw CommandException.failed(
                    "no provider that checks passwords is installed (looked in lib/ and providers/)");
        }
        return credentials;
    }
}
