package io.gatehouse.jetty.admin;

import org.eclipse.jetty.http.HttpStatus;

/**
 * Why a request is refused: problem details for HTTP APIs (RFC 9457).
 *
 * @param status of the answer
 * @param detail a sentence for the person who made the request
 */
record ApiProblem(int status, String detail) {
    static final String CONTENT_TYPE = "application/problem+json";

    /** The words for the status; the same for every problem of that status, as section 3.1.4 asks. */
    String title() {
        return HttpStatus.getMessage(status);
    }

    /** {@code {"title": …, "status": …, "detail": …}}; the type is {@code about:blank}, and so left out. */
    String json() {
        return Json.object(json -> {
            json.writeStringProperty("title", title());
            json.writeNumberProperty("status", status);
            json.writeStringProperty("detail", detail);
        });
    }
}
