package io.gatehouse.provider.local.pam;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What one sign-in answers to the modules: the password to a prompt without echo, the name to a prompt with echo, and
 * nothing else. Safe for use by many threads: the one that runs the modules, and the one that gives up waiting for it.
 */
final class PamConversation implements AutoCloseable {
    /** Kinds of message of security/_pam_types.h. */
    private static final int PROMPT_ECHO_OFF = 1;

    private static final int PROMPT_ECHO_ON = 2;
    private static final int ERROR_MSG = 3;
    private static final int TEXT_INFO = 4;

    /** More questions than any stack has for a name and a password; one that asks for ever is broken. */
    private static final int MOST_ROUNDS = 32;

    private final byte[] name;
    private final byte[] password;
    private int rounds;
    private boolean passwordGiven;
    private boolean over;
    private Duration delay = Duration.ZERO;

    /**
     * A conversation.
     *
     * @param password becomes the conversation's own, which overwrites it at its end
     */
    PamConversation(String name, byte[] password) {
        this.name = name.getBytes(StandardCharsets.UTF_8);
        this.password = password;
    }

    /** Whether a message of this kind is only to be shown, which we do not. */
    static boolean isRemark(int style) {
        return style == ERROR_MSG || style == TEXT_INFO;
    }

    /** Begins one round of questions; false when there is nothing more to say. */
    synchronized boolean round() {
        return !over && ++rounds <= MOST_ROUNDS;
    }

    /** A copy of the answer to a prompt, for the caller to overwrite; empty when it is not ours to give. */
    synchronized Optional<byte[]> answer(int style) {
        if (over) {
            return Optional.empty();
        }
        return switch (style) {
            case PROMPT_ECHO_OFF -> {
                passwordGiven = true;
                yield Optional.of(password.clone());
            }
            case PROMPT_ECHO_ON -> Optional.of(name.clone());
            default -> Optional.empty();
        };
    }

    /** Whether a module was told the password. */
    synchronized boolean passwordGiven() {
        return passwordGiven;
    }

    /** The modules want whoever failed to wait. */
    synchronized void delayed(Duration wait) {
        delay = wait;
    }

    /** How long whoever failed is to wait. */
    synchronized Duration delay() {
        return delay;
    }

    /** Says no more, and forgets the password. */
    @Override
    public synchronized void close() {
        over = true;
        Arrays.fill(password, (byte) 0);
    }
}
