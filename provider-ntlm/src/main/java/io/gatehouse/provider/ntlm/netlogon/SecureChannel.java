package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Secret;
import java.net.InetAddress;

/**
 * What a controller and we have agreed on; it holds until the controller forgets it, for example in a restart.
 *
 * @param address where the controller answered
 * @param netlogonPort where it serves Netlogon
 * @param sessionKey seals all connections
 */
record SecureChannel(InetAddress address, int netlogonPort, Secret sessionKey) {}
