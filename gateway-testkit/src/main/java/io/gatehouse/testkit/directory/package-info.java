/**
 * Real directory servers for tests: Samba as domain controller and as member, MIT Kerberos, OpenLDAP.
 *
 * <p>Each has its data in a {@link io.gatehouse.testkit.process.TestFolder} and listens on ports or a loopback address that
 * nobody else uses, so tests of several JVMs may run at once. Nothing of the machine's own configuration is read or changed:
 * names are resolved by {@code nss_wrapper} for programs and by {@code -Djdk.net.hosts.file} or plain addresses for Java.
 */
@NullMarked
package io.gatehouse.testkit.directory;

import org.jspecify.annotations.NullMarked;
