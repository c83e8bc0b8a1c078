package io.gatehouse.jetty.portal;

import java.util.List;
import java.util.Optional;

/** The models of the page on which connections are approved. */
public final class ApprovalViews {
    private ApprovalViews() {}

    /**
     * All that waits.
     *
     * @param asked what the user may answer
     * @param elsewhere own connections that somebody else has to answer
     * @param done the key of what the last answer did
     * @param problem the key of why it did nothing
     */
    public record Questions(List<Card> asked, List<Card> elsewhere, Optional<String> done, Optional<String> problem) {
        public Questions {
            asked = List.copyOf(asked);
            elsewhere = List.copyOf(elsewhere);
        }
    }

    /**
     * A question.
     *
     * @param own whether it is about a connection of the user who reads it
     * @param user who wants to connect
     * @param method by which they signed in at the gateway
     * @param source the address of the client
     * @param client what it calls its machine; empty before it has said so
     * @param targets what it asks for; empty before it has said so
     * @param scope everything that the approval opens
     * @param age since when
     * @param lasts how long the approval is good
     * @param numbers to choose from
     * @param numberNeeded whether there is no approval without the number
     * @param waiting whether the client waits; otherwise it has been told to come again
     * @param lacking the key of what the sign-in of the user lacks
     */
    public record Card(
            String id,
            boolean own,
            String user,
            String method,
            String source,
            String client,
            String targets,
            String rule,
            String scope,
            String age,
            String lasts,
            List<Integer> numbers,
            boolean numberNeeded,
            boolean waiting,
            Optional<String> lacking) {
        public Card {
            numbers = List.copyOf(numbers);
        }
    }
}
