package io.gatehouse.jetty.portal;

import java.util.Iterator;
import java.util.LinkedHashSet;

/**
 * The pages of the admin area that sessions have opened, by their whole address. A page that asks by itself leaves no
 * audit line of its own, so only one that was opened before may do so: nobody reads unseen by pretending. Bounded; safe
 * for use by many threads.
 */
final class OpenedPages {
    private static final int MOST = 2000;
    private static final int LONGEST = 512;

    /** The one opened longest ago first. */
    private final LinkedHashSet<String> opened = new LinkedHashSet<>();

    /**
     * Says in the audit line of the request what the page shows; a renewal has no line.
     *
     * @param detail may be empty
     */
    void note(PortalExchange exchange, AdminUser user, String operation, String subject, String detail) {
        if (isRenewal(exchange, user)) {
            user.trace().none();
        } else {
            user.trace().about(operation, subject, detail);
        }
    }

    /** Whether the request renews what its session sees already; otherwise the page counts as opened from now on. */
    private synchronized boolean isRenewal(PortalExchange exchange, AdminUser user) {
        String address = exchange.address();
        if (address.length() > LONGEST) {
            return false;
        }
        boolean isNew = opened.add(user.session().id() + " " + address);
        if (opened.size() > MOST) {
            Iterator<String> oldest = opened.iterator();
            oldest.next();
            oldest.remove();
        }
        return exchange.isRefresh() && !isNew;
    }
}
