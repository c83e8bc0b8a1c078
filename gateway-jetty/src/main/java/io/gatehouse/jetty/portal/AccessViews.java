package io.gatehouse.jetty.portal;

import java.util.List;
import java.util.Optional;

/** The models of the page on which users ask for desktops, and approvers answer. */
public final class AccessViews {
    private AccessViews() {}

    /** A desktop that can be asked for. */
    public record Choice(String name, String title) {}

    /**
     * A request that waits for an answer.
     *
     * @param has until when the user has a grant for the desktop, whose place another one takes
     * @param answerable whether this user may answer it
     */
    public record Request(
            String id,
            String account,
            String title,
            String target,
            String reason,
            String time,
            String ago,
            Optional<String> has,
            boolean answerable) {}

    /** A grant that lasts. */
    public record Grant(
            String id, String account, String title, String until, String by, String reason, boolean once) {}

    /**
     * The page.
     *
     * @param problem the key of a message
     * @param done the key of a message
     * @param own requests of this user
     * @param refused requests of this user that were refused
     * @param waiting requests of all, for approvers, the oldest first
     * @param waitingPages where they are among all of them
     * @param all grants of all, for approvers, the newest first
     * @param allPages where they are among all of them
     * @param times that can be chosen, in minutes
     */
    public record Access(
            Optional<String> problem,
            Optional<String> done,
            List<Choice> choices,
            List<Time> times,
            List<Request> own,
            List<Request> refused,
            List<Grant> granted,
            boolean approver,
            List<Request> waiting,
            Pages waitingPages,
            List<Grant> all,
            Pages allPages) {}

    /** A time that can be chosen. */
    public record Time(long minutes, String text) {}
}
