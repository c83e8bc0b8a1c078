package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.portal.Icon;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [[desktop]]}: a desktop or RemoteApp of the portal. Who may use it is the policy's word.
 *
 * @param name stands in its address at the portal, {@code /connect/NAME.rdp}
 * @param title what users read; the name when absent
 * @param host the target, in which {@code {user}} stands for the name of the account and {@code {domain}} for its
 *     domain
 * @param port its port
 * @param icon its picture
 * @param group the heading that it stands under
 * @param template a {@code .rdp} file whose settings win over those of {@code [portal] template}
 */
public record DesktopConfig(
        String name,
        @OneLine(100) Optional<String> title,
        PersonalHost host,

        @ConfigDefault("3389") @Range(min = "1", max = "65535")
        int port,

        @ConfigDefault("windows") Icon icon,
        @OneLine(100) Optional<String> group,
        Optional<Path> template) {}
