package io.gatehouse.testkit.directory;

/**
 * An account of a test directory.
 *
 * @param name the plain name, without domain or realm
 * @param password its right password
 */
public record TestAccount(String name, String password) {}
