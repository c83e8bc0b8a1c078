package io.gatehouse.core.portal;

import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.RdpSigner;
import io.gatehouse.core.rdp.ThroughGateway;
import java.util.List;
import java.util.Map;

/**
 * Makes the files that users download: templates, then what the user chose, then the way through the gateway, which
 * nothing else may change; signed at last. Safe for use by many threads.
 */
public final class RdpDownload {
    /**
     * Settings of a template that would contradict ours: a port beside the address, and the signature of something
     * else.
     */
    private static final List<String> DROPPED = List.of("server port", "signature", "signscope");

    private volatile RdpFile template;
    private final String gateway;
    private final RdpSigner signer;

    /**
     * A maker.
     *
     * @param template settings for all desktops
     * @param gateway {@code host} or {@code host:port}, as clients reach the gateway
     */
    public RdpDownload(RdpFile template, String gateway, RdpSigner signer) {
        this.template = template;
        this.gateway = gateway;
        this.signer = signer;
    }

    /** Takes other settings for all desktops from now on. */
    public void replace(RdpFile other) {
        template = other;
    }

    /** The file for {@code usable}. */
    public RdpFile make(Desktops.Usable usable, Map<String, String> choices, String token) {
        RdpFile fixed = template.with(usable.desktop().template());
        RdpFile file = fixed.with(Overrides.of(choices, fixed));
        for (String name : DROPPED) {
            file = file.without(name);
        }
        return signer.sign(file.with(ThroughGateway.to(usable.target(), gateway, token)));
    }

    /** Whether users may choose about the clipboard: not where a template forbids it. */
    public boolean offersClipboard(Desktop desktop) {
        return !Overrides.isForbidden(template.with(desktop.template()), "redirectclipboard");
    }
}
