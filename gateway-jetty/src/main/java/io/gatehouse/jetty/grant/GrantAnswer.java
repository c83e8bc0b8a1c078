package io.gatehouse.jetty.grant;

/** What came of a request for access, of an answer to one, or of the end of a grant. */
public sealed interface GrantAnswer {
    /**
     * It was done.
     *
     * @param id of the request or grant
     * @param keepError why a restart of the gateway forgets it; empty when it does not
     */
    record Done(String id, String keepError) implements GrantAnswer {}

    /**
     * It was not.
     *
     * @param status as HTTP has it: 400 for what is malformed, 403 for a user who may not, 404 for what is not there,
     *     409 for too many, 410 for an asker who may not ask any more, 503 when nobody can tell
     * @param why for administrators
     * @param isAudited whether an audit line says so, and no other line is needed
     */
    record Refused(int status, String why, boolean isAudited) implements GrantAnswer {
        Refused(int status, String why) {
            this(status, why, false);
        }

        Refused audited() {
            return new Refused(status, why, true);
        }
    }
}
