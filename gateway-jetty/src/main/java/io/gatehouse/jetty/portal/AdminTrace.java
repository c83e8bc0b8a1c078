package io.gatehouse.jetty.portal;

import io.gatehouse.jetty.admin.Administration;

/**
 * The audit line of one request to the admin area. Handlers say what the request is about; the line is written once,
 * with the status of the answer and before the answer, also where no handler said anything. Used by one thread.
 */
final class AdminTrace {
    private final Administration administration;
    private final Administration.Administrator by;
    private String operation = "unknown";
    private String subject;
    private String detail = "";
    private boolean isDue = true;

    /** A line about {@code path}, as long as no handler says more. */
    AdminTrace(Administration administration, Administration.Administrator by, String path) {
        this.administration = administration;
        this.by = by;
        this.subject = path;
    }

    /**
     * Says what the request is about.
     *
     * @param operation what the admin API calls it, or an operation that the portal alone has
     * @param subject may be empty
     * @param detail what was done, or why it is refused; may be empty
     */
    void about(String operation, String subject, String detail) {
        this.operation = operation;
        this.subject = subject;
        this.detail = detail;
    }

    /** No line is due: there is one already, or the page was audited when it was opened. */
    void none() {
        isDue = false;
    }

    /** The answer with this status is about to be sent. */
    void answered(int status) {
        if (isDue) {
            isDue = false;
            administration.audit(by, operation, subject, status, detail);
        }
    }
}
