package io.gatehouse.jetty.portal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What administrators can do on pages, each an operation of the admin API. */
enum AdministratorAction {
    END_SESSION("end-session", Subject.SESSION, true),
    MESSAGE_SESSION("message-session", Subject.SESSION, false),
    END_USER("end-user", Subject.USER, true),
    BLOCK_USER("block-user", Subject.USER, true),
    UNBLOCK_USER("unblock-user", Subject.USER, false),
    RESET_SECOND_FACTOR("reset-second-factor", Subject.USER, true),
    /** To one user, or to all when none is named. */
    MESSAGE_SESSIONS("message-sessions", Subject.ANYBODY, false),
    DRAIN("drain", Subject.GATEWAY, true),
    UNDRAIN("undrain", Subject.GATEWAY, false),
    REVOKE_GRANT("revoke-grant", Subject.GRANT, true),
    REVOKE_TICKET("revoke-device-ticket", Subject.TICKET, true);

    private final String operation;
    private final Subject subject;
    private final boolean isDangerous;

    /** What an action is about. */
    enum Subject {
        SESSION,
        USER,
        ANYBODY,
        GATEWAY,
        GRANT,
        TICKET
    }

    /** What an administrator may add. */
    enum Field {
        REASON,
        TEXT,
        DURATION,
        DEADLINE;

        /** Its name in forms and in the API. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    AdministratorAction(String operation, Subject subject, boolean isDangerous) {
        this.operation = operation;
        this.subject = subject;
        this.isDangerous = isDangerous;
    }

    /** What the admin API calls it. */
    String operation() {
        return operation;
    }

    Subject subject() {
        return subject;
    }

    /** Whether somebody loses something by it. */
    boolean isDangerous() {
        return isDangerous;
    }

    List<Field> fields() {
        return switch (this) {
            case END_SESSION, END_USER, RESET_SECOND_FACTOR -> List.of(Field.REASON);
            case MESSAGE_SESSION, MESSAGE_SESSIONS -> List.of(Field.TEXT);
            case BLOCK_USER -> List.of(Field.DURATION, Field.REASON);
            case DRAIN -> List.of(Field.DEADLINE);
            case UNBLOCK_USER, UNDRAIN, REVOKE_GRANT, REVOKE_TICKET -> List.of();
        };
    }

    /** The action that the admin API calls {@code operation}. */
    static Optional<AdministratorAction> of(String operation) {
        return Arrays.stream(values())
                .filter(action -> action.operation.equals(operation))
                .findFirst();
    }
}
