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
 * @param url where browsers find it, {@code https://host} or {@code https://host:port}
 * @param title stands on every page
 * @param accent a colour for buttons and links, {@code #rrggbb}
 * @param logo an SVG, PNG, JPEG or WebP file
 * @param banner a text above every page
 * @param idleTimeout a session ends after this time without a request
 * @param sessionTimeout a session ends after this time
 * @param backChannelEndsDesktops whether a logout that an identity provider reports ends tokens and open desktops,
 *     beside sessions
 * @param gateway {@code host} or {@code host:port} of the gateway in the files; the first of {@code [auth.paa] hosts}
 *     when absent, or else that of {@code url}
 * @param template a {@code .rdp} file with settings for all desktops
 * @param signing {@code [portal.signing]}
 * @param admin {@code [portal.admin]}; without it nobody has an admin area
 * @param totp {@code [portal.totp]}; without it there are no one-time codes
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
        Optional<TotpConfig> totp) {
    /**
     * {@code [portal.signing]}: whose signature the files carry.
     *
     * @param certificate PEM file with the publisher's certificate and its chain
     * @param key PEM file with its private key, RSA or EC
     * @param selfSigned when neither file exists, {@code gatehouse run} makes a self-signed pair there, which is valid
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
                totp.map(each -> each.relocated(place)));
    }

    /** {@link #url} as browsers write it in {@code Origin}. */
    public URI address() {
        return url.origin();
    }
}
