package io.gatehouse.jetty.tunnel;

import io.gatehouse.core.approval.Approvals;

/**
 * Where approvals are given, as clients show it to their users before the tunnel.
 *
 * @param page the address of the page; short enough to be typed
 */
record ApprovalAddress(String page) {
    /** The page of the portal at {@code origin}. */
    static ApprovalAddress of(String origin) {
        return new ApprovalAddress(origin + Approvals.PATH);
    }

    /**
     * What a user reads whose client shows {@code number}.
     *
     * @param asked whether somebody is asked already; otherwise the desktop decides, which the client names later
     */
    String text(int number, boolean asked) {
        String choose = "open " + page + " and choose the number " + number;
        return asked
                ? "This connection needs an approval.\n\nPlease " + choose + ".\nThen continue here."
                : "Some desktops need an approval.\n\nIf yours does, continue here, then " + choose + ".";
    }
}
