package io.gatehouse.jetty.portal;

import java.util.List;
import java.util.Optional;

/** The models of the page on which connections are approved. */
public final class ApprovalViews {
    private ApprovalViews() {}

    /**
     * All that waits.
     *
     * @param asked what the user may answer, as far as it is on this page
     * @param pages where the page is among all of them
     * @param elsewhere own connections that somebody else has to answer
     * @param moreElsewhere how many more of these there are
     * @param done the key of what the last answer did
     * @param problem the key of why it did nothing
     */
    public record Questions(
            List<Card> asked,
            Pages pages,
            List<Card> elsewhere,
            int moreElsewhere,
            Optional<String> done,
            Optional<String> problem) {
        public Questions {
            asked = List.copyOf(asked);
            elsewhere = List.copyOf(elsewhere);
        }
    }

    /**
     * The second step of an approval without a number.
     *
     * @param again whether the form came without the confirmation
     */
    public record Confirmation(Card card, boolean again) {}

    /**
     * A question.
     *
     * @param own whether it is about a connection of the user who reads it
     * @param user who wants to connect
     * @param method by which they signed in at the gateway
     * @param source the address of the client
     * @param clients how many connections wait for the answer; zero when all have been told to come again
     * @param toldLater how many have been told to come again so far
     * @param seen how many connections have waited for the answer so far
     * @param disowned whether the user says that it is somebody else
     * @param client what they call their machines; empty before they have said so
     * @param targets what it asks for; empty before it has said so
     * @param scope everything that the approval opens
     * @param age since when
     * @param lasts how long the approval is good
     * @param numbers to choose from; empty when no client can show one
     * @param numberNeeded whether there is no approval without the number
     * @param lacking the key of what the sign-in of the user lacks
     */
    public record Card(
            String id,
            boolean own,
            String user,
            String method,
            String source,
            int clients,
            int toldLater,
            int seen,
            boolean disowned,
            String client,
            String targets,
            String rule,
            String scope,
            String age,
            String lasts,
            List<Integer> numbers,
            boolean numberNeeded,
            Optional<String> lacking) {
        public Card {
            numbers = List.copyOf(numbers);
        }
    }
}
