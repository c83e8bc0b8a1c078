package io.gatehouse.dist;

import io.gatehouse.api.Secret;
import io.gatehouse.client.ntlm.NtlmClient;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;

/** The account with which {@code gatehouse doctor --sign-in} signs in. */
final class DoctorAccount {
    private static final String WORKSTATION = "gatehouse-doctor";

    private DoctorAccount() {}

    /**
     * Asks for what is missing.
     *
     * @param user as {@code --user} names it: {@code alice}, {@code DOMAIN\\alice} or a user principal name
     * @param fromInput whether user and password are lines of standard input, and nobody sits at a terminal
     */
    static NtlmClient.Account read(World world, Optional<String> user, boolean fromInput) throws CommandException {
        if (!fromInput) {
            return account(
                    user.isPresent() ? user.get() : answer(world.prompt().line("User: ")),
                    answer(world.prompt().secret("Password: ")));
        }
        try {
            Iterator<String> lines = world.linesOfInput().iterator();
            String name = user.isPresent() ? user.get() : next(lines, "a line with the user");
            return account(name, next(lines, "a line with the password"));
        } catch (IOException exception) {
            throw CommandException.failed("standard input cannot be read: " + exception.getMessage());
        }
    }

    private static String answer(Optional<String> answer) throws CommandException {
        return answer.orElseThrow(
                () -> CommandException.wrong("no terminal to ask for the user and the password; use --password-stdin"));
    }

    private static String next(Iterator<String> lines, String what) throws CommandException {
        if (!lines.hasNext()) {
            throw CommandException.wrong("standard input has not enough lines (expected " + what + ")");
        }
        return lines.next();
    }

    private static NtlmClient.Account account(String name, String password) throws CommandException {
        if (name.isBlank() || password.isEmpty()) {
            throw CommandException.wrong("the user or the password is empty");
        }
        int backslash = name.indexOf('\\');
        return new NtlmClient.Account(
                name.substring(backslash + 1),
                name.substring(0, Math.max(0, backslash)),
                Secret.ofText(password),
                WORKSTATION);
    }
}
