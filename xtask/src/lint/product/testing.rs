//! A small document that lacks nothing, and how to spoil it.

use super::super::testing::plain;
use super::super::{Audience, lint};
use crate::spec::Document;

/// Complete: every rule accepts it.
pub(in crate::lint) const WHOLE: &str = "openapi: 3.0.3
info: {title: t, version: '1'}
servers: [{url: 'https://a.example'}]
tags: [{name: Tags, description: All about tags.}]
paths:
  /pages/{page_id}/tags:
    post:
      operationId: add_tag
      summary: Add a tag
      description: Adds a tag to a page.
      tags: [Tags]
      security: [{pageToken: []}]
      x-idempotent: false
      parameters:
        - name: page_id
          in: path
          required: true
          description: Id of the page.
          schema: {type: string}
          example: '1'
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/AddTagBody'}
            examples:
              named: {summary: A name., value: {text: red}}
      responses:
        '200':
          description: Success.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/TagList'}
              examples:
                documented: {summary: As documented., value: {tags: [red], count: 1}}
        4XX: {$ref: '#/components/responses/Failure'}
        5XX: {$ref: '#/components/responses/Failure'}
components:
  securitySchemes:
    pageToken: {type: apiKey, in: query, name: page_access_token, description: Token of a page.}
  responses:
    Failure:
      description: It failed.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/ApiError'}
          examples:
            documented: {summary: As documented., value: {message: no}}
  schemas:
    AddTagBody:
      description: A new tag.
      type: object
      required: [text]
      additionalProperties: false
      properties:
        text: {description: Its text., type: string, maxLength: 9}
    TagList:
      description: The tags of a page.
      type: object
      additionalProperties: {}
      properties:
        tags: {description: All of them., type: array, nullable: true, items: {type: string}, x-source: doc}
        count: {description: How many., type: integer, nullable: true, x-source: observed}
    ApiError:
      description: What went wrong.
      type: object
      additionalProperties: {}
      properties:
        message: {description: In words., type: string, nullable: true, x-source: doc}
";

/// All findings in a document of ours, one a line, without rule and pointer.
pub(in crate::lint) fn findings(text: &str) -> Vec<String> {
    let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
    lint(&document, Audience::Own).0.iter().map(plain).collect()
}

/// The complete document with one change has exactly this finding.
#[track_caller]
pub(in crate::lint) fn spoiled(from: &str, to: &str, finding: &str) {
    assert!(WHOLE.contains(from), "the document has no {from:?}");
    assert_eq!(findings(&WHOLE.replacen(from, to, 1)), [finding]);
}

#[test]
fn the_complete_document_has_no_findings() {
    assert_eq!(findings(WHOLE), [""; 0]);
}
