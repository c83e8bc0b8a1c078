package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Token;

/** What is to be done with a request to the KDC proxy. */
public sealed interface Verdict {
    /**
     * It is no KDC-PROXY-MESSAGE, or holds no message that is carried.
     *
     * @param why for the log
     */
    record Malformed(String why) implements Verdict {}

    /**
     * It is for a realm, or of a type, that is not allowed.
     *
     * @param realm as the client wrote it
     * @param why for the audit log
     */
    record Refused(String realm, MessageType type, String why) implements Verdict {}

    /**
     * It is one guess too many; no KDC may be asked.
     *
     * @param realm as the client wrote it
     * @param account whose password was to be guessed
     * @param answer the body for the client: an error of Kerberos
     */
    record Throttled(String realm, MessageType type, String account, Token answer) implements Verdict {}

    /** The message may go to a KDC. */
    record Ask(PermittedRequest request) implements Verdict {}
}
