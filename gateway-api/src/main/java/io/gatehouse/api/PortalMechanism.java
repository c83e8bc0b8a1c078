package io.gatehouse.api;

import java.net.URI;
import java.util.Optional;

/**
 * Signs a browser in by sending it to another site and looking at what it brings back. Safe for use by many threads;
 * each method may block while it asks the other site.
 */
public non-sealed interface PortalMechanism extends Mechanism {
    /** Names it in the portal's URLs: lower-case letters, digits and {@code -}. */
    String id();

    /** What stands on the button. */
    String label();

    /**
     * Begins a sign-in.
     *
     * @param callback where the browser is to come back to, at the portal
     */
    PortalStep begin(WebRequest request, URI callback);

    /**
     * Goes on when the browser comes back.
     *
     * @param state what {@link PortalStep.Detour} left for this moment; the portal kept it in the browser's own
     *     session, so that nobody else's answer is taken
     * @param callback the same as at the beginning
     */
    PortalStep resume(WebRequest request, Secret state, URI callback);

    /**
     * Where to send a browser whose session ends here, so that it ends there as well.
     *
     * @param afterwards where the other site may send the browser then
     */
    Optional<URI> signOut(ProviderSession session, URI afterwards);

    /**
     * Hears from the other site that sessions ended there (OpenID Connect Back-Channel Logout).
     *
     * @return which sessions, or why the message is refused
     */
    Logout backChannelLogout(WebRequest request);

    /** What a message about a logout comes to. */
    sealed interface Logout permits EndedSessions, Outcome.Rejected {}

    /**
     * Sessions that ended at the other site.
     *
     * @param subject whose
     * @param session which of them; all when empty
     */
    record EndedSessions(Optional<String> subject, Optional<String> session) implements Logout {
        /**
         * Whether {@code known} is among them; a session whose name was never told is, when it is one of the subject.
         */
        public boolean cover(ProviderSession known) {
            if (session.isPresent() && known.session().isPresent()) {
                return session.equals(known.session());
            }
            return subject.isPresent() && subject.get().equals(known.subject());
        }
    }
}
