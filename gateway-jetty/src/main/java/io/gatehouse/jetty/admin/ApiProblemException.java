package io.gatehouse.jetty.admin;

/** A request cannot be answered as it asks. */
final class ApiProblemException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String detail;

    ApiProblemException(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.detail = detail;
    }

    ApiProblem problem() {
        return new ApiProblem(status, detail);
    }
}
