package io.gatehouse.provider.local;

/**
 * A user name as a client gave it, without the domain that means this gateway.
 *
 * @param text the name in composed Unicode form; with its domain or realm when that is not the gateway's own
 * @param own whether the client named the gateway as domain ({@code .\alice}, {@code GATEWAY\alice}): it means an
 *     account of this machine, and no directory may answer for it
 */
record LoginName(String text, boolean own) {
    /** Whether the name has a domain or realm of somebody else, so that it is no account of this machine. */
    boolean isForeign() {
        return text.indexOf('\\') >= 0 || text.indexOf('@') >= 0;
    }
}
