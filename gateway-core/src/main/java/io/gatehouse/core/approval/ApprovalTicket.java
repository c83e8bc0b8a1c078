package io.gatehouse.core.approval;

import io.gatehouse.core.policy.Rule;

/** The part that one connection has in a question. Safe for use by many threads. */
public interface ApprovalTicket extends AutoCloseable {
    /** The id of the question. */
    String question();

    /** The number that the client is to show. */
    int number();

    /** Whether this connection is the one for which the question was asked first. */
    boolean isFirst();

    /** Whether the question is about connections by {@code rule}, with its terms of now. */
    boolean isAbout(Rule rule);

    /** The client says what its machine is called. */
    void named(String clientName);

    /** The client asks for a target, {@code host:port}. */
    void target(String target);

    /** The client is told to come again: the question can be answered although nobody waits for it. */
    void comesAgain();

    /** The connection does not wait any more. The last one takes its question with it, unless it comes again. */
    @Override
    void close();
}
