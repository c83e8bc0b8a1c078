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
     * It was not, and an audit line says why.
     *
     * @param status as HTTP has it: 403 for somebody who may not, 404 for what is not there, 409 for too many
     * @param why for administrators
     */
    record Refused(int status, String why) implements GrantAnswer {}
}
