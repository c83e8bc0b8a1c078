package io.gatehouse.jetty.portal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The models of the portal's templates. */
public final class Views {
    private Views() {}

    /**
     * A desktop as the list of desktops shows it.
     *
     * @param locked whether it asks for a second factor
     * @param power of a machine that can be woken
     */
    public record Card(
            String name,
            String title,
            String icon,
            String address,
            boolean favourite,
            boolean locked,
            Optional<Power> power) {}

    /**
     * How the machine of a desktop is.
     *
     * @param state {@code on}, {@code off}, {@code waking} or {@code unknown}
     * @param button whether the user can wake it now
     */
    public record Power(String state, boolean button) {
        /** Whether it is on its way. */
        public boolean waking() {
            return state.equals("waking");
        }
    }

    /** Desktops under one heading. */
    public record Section(String id, String heading, List<Card> cards) {}

    /**
     * All desktops.
     *
     * @param query what is looked for
     * @param count how many there are
     * @param lifetime how long a file is good for its first use
     * @param askable whether the user may ask for others, or answers those who do
     */
    public record DesktopList(String query, List<Section> sections, int count, String lifetime, boolean askable) {}

    /**
     * The page with the options of one desktop.
     *
     * @param deviceFile how long a file for a device is good; empty when the user gets none
     */
    public record Options(Card card, String lifetime, boolean clipboard, Optional<String> deviceFile) {}

    /**
     * The sign-in.
     *
     * @param problem the key of a message
     * @param ticket whether browsers may bring a Kerberos ticket
     * @param front whether a reverse proxy signs users in
     * @param certificate whether the certificate of a browser does
     */
    public record SignIn(
            String csrf,
            String returnTo,
            String user,
            Optional<String> problem,
            boolean password,
            boolean ticket,
            boolean front,
            boolean certificate,
            List<IdentityProvider> ways) {
        /** {@link #returnTo} as the value of a parameter in a link. */
        public String returnToInLinks() {
            return URLEncoder.encode(returnTo, StandardCharsets.UTF_8);
        }
    }

    /** The button of an identity provider on the sign-in page. */
    public record IdentityProvider(String id, String label) {}

    /** An open desktop on the page of sessions. */
    public record Tunnel(String id, String title, String target, String age, String sent, String received) {}

    /**
     * The page with the sessions and open desktops of a user.
     *
     * @param factor whether the user may have one-time codes
     * @param devices whether there are files for devices
     */
    public record Sessions(
            List<Tunnel> tunnels, int browsers, String idle, String total, boolean factor, boolean devices) {}

    /** How files are opened, and who signs them. */
    public record Help(String system, String publisher, String sha1, String sha256, String policy, String origin) {}

    /** A page with one text and a link that leads on. */
    public record Message(String text, String link, String label, Optional<String> problem) {
        /** Nothing went wrong. */
        Message(String text, String link, String label) {
            this(text, link, label, Optional.empty());
        }
    }
}
