package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.portal.Colour;
import io.gatehouse.core.portal.PortalAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code [portal]}: web pages on which users sign in and get {@code .rdp} files with tokens.
 *
 * @param url the address that browsers use, {@code "https://host"} or {@code "https://host:port"}. The portal has the
 *     host for itself, beside the gateway's own paths
 * @param title appears on every page
 * @param accent a colour for buttons and links; made darker or lighter where it would not be readable
 * @param logo an SVG, PNG, JPEG or WebP file
 * @param banner a text above every page
 * @param idleTimeout a session ends after this time without a request
 * @param sessionTimeout a session ends after this time
 * @param backChannelEndsDesktops whether a logout at the identity provider also ends the user's desktops, see <a
 *     href="portal.md#logout-at-the-identity-provider">logout</a>
 * @param gateway the gateway in the files, {@code "host"} or {@code "host:port"}. Default: the first of {@code
 *     [auth.paa] hosts}, or else the host of {@code url}, with the port of {@code url}.
 * @param template a {@code .rdp} file with settings for all desktops; <a href="rdp-files.md#what-is-read">what is read
 *     of it</a>
 * @param signing {@code [portal.signing]}, the <a href="rdp-files.md">signature</a> of the files
 * @param admin {@code [portal.admin]}, the <a href="admin-area.md">admin area</a>. Without it nobody has one
 * @param totp {@code [portal.totp]}, <a href="totp.md">one-time codes</a>. Without it there are none
 * @param grants {@code [portal.grants]}, <a href="grants.md">temporary grants</a>. Without it nobody can ask for a
 *     desktop
 * @param deviceTickets {@code [portal.device-tickets]}, <a href="device-tickets.md">files for devices</a> that are good
 *     for months. Without it there are none
 */
public record PortalConfig(
        PortalAddress url,
        @ConfigDefault("Remote desktops") @OneLine(100) String title,
        @ConfigDefault("#2457d6") Colour accent,
        Optional<Path> logo,
        @OneLine(1000) Optional<String> banner,
        @ConfigDefault("8h") @Positive Duration idleTimeout,
        @ConfigDefault("24h") @Positive Duration sessionTimeout,
        @ConfigDefault("true") boolean backChannelEndsDesktops,
        Optional<ServerAddress> gateway,
        Optional<Path> template,
        @ConfigDefault("{}") Signing signing,
        Optional<PortalAdminConfig> admin,
        Optional<TotpConfig> totp,
        Optional<GrantsConfig> grants,
        Optional<DeviceTicketsConfig> deviceTickets) {
    /**
     * {@code [portal.signing]}: whose signature the files carry.
     *
     * @param certificate PEM: the publisher's certificate, then its chain
     * @param key PEM: its private key, RSA or EC
     * @param selfSigned when <em>neither</em> file exists, {@code gatehouse run} makes a self-signed pair there, valid
     *     for ten years
     */
    public record Signing(
            @ConfigDefault("rdp-signing.pem") Path certificate,
            @ConfigDefault("rdp-signing.key") Path key,
            @ConfigDefault("true") boolean selfSigned) {

        private Signing relocated(UnaryOperator<Path> place) {
            return new Signing(place.apply(certificate), place.apply(key), selfSigned);
        }
    }

    PortalConfig relocated(UnaryOperator<Path> place) {
        return new PortalConfig(
                url,
                title,
                accent,
                logo,
                banner,
                idleTimeout,
                sessionTimeout,
                backChannelEndsDesktops,
                gateway,
                template,
                signing.relocated(place),
                admin,
                totp.map(each -> each.relocated(place)),
                grants.map(each -> each.relocated(place)),
                deviceTickets.map(each -> each.relocated(place)));
    }

    /** {@link #url} as browsers write it in {@code Origin}. */
    public URI address() {
        return url.origin();
    }
}
