package io.gatehouse.jetty.portal;

import io.gatehouse.core.portal.PortalSession;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What the portal does at a path, and what it requires of a request before.
 *
 * @param methods as the header {@code Allow} lists them
 */
record Route(List<String> methods, PortalPath path, Action action) {
    private static final String POST = "POST";

    Route {
        methods = List.copyOf(methods);
    }

    /** What is done. The text is the value of the path's variable. */
    sealed interface Action {
        /** For every client: no session is required or looked for. */
        record Public(BiConsumer<PortalExchange, String> serve) implements Action {}

        /** A way to sign in, for browsers without a session. */
        record SignIn(BiConsumer<PortalExchange, String> serve) implements Action {}

        /** For users with a session; other browsers are sent to the sign-in page. */
        record SignedIn(UserHandler serve) implements Action {}

        /** For administrators; for others the path does not exist. */
        record Administered(AdministratorHandler serve) implements Action {}
    }

    /** Serves a request of an administrator. */
    @FunctionalInterface
    interface AdministratorHandler {
        void serve(PortalExchange exchange, AdminUser user, String value);
    }

    /** Serves a request of a user with a session. */
    @FunctionalInterface
    interface UserHandler {
        void serve(PortalExchange exchange, PortalSession session, String value);
    }

    /** A page: reading it changes nothing. */
    static Route page(PortalPath path, Action action) {
        return new Route(List.of("GET", "HEAD"), path, action);
    }

    /** A download that leaves traces, so that HEAD is not allowed. */
    static Route download(PortalPath path, Action action) {
        return new Route(List.of("GET"), path, action);
    }

    /** A form: it changes something, so that only the portal's own pages may send it, unless its action is public. */
    static Route form(PortalPath path, Action action) {
        return new Route(List.of(POST), path, action);
    }

    /** Whether it is in the admin area. */
    boolean isAdministered() {
        return action instanceof Action.Administered;
    }

    boolean isForm() {
        return methods.contains(POST);
    }
}
