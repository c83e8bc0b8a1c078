package io.gatehouse.jetty.portal;

import java.util.List;
import java.util.Optional;

/** The models of the pages about second factors. */
public final class FactorViews {
    private FactorViews() {}

    /**
     * A form.
     *
     * @param action where it goes to
     * @param csrf what it must say
     * @param returnTo where the user wanted to go
     * @param problem the key of a message
     */
    public record Form(String action, String csrf, String returnTo, Optional<String> problem) {}

    /** Asks for a code. */
    public record Code(Form form) {}

    /**
     * Offers to set up an app.
     *
     * @param ticket whether that takes a ticket
     */
    public record Offer(Form form, boolean ticket) {}

    /**
     * The key of an app, and a form for its first code.
     *
     * @param pending which set-up it is
     * @param secret in groups
     * @param uri the same as a link for apps on this device
     */
    public record SetUp(Form form, String pending, QrPicture picture, String secret, String uri) {}

    /** Recovery codes, once. */
    public record Recovery(List<String> codes, String onwards) {
        public Recovery {
            codes = List.copyOf(codes);
        }
    }

    /**
     * The codes of a user.
     *
     * @param since the day of the set-up
     * @param left recovery codes
     * @param required whether the user must have them
     */
    public record Present(String csrf, String since, int left, boolean required, Optional<String> problem) {}
}
